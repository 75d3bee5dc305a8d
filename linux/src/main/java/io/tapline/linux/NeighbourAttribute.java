// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** Attributes of neighbour messages (kernel {@code neighbour.h}). */
final class NeighbourAttribute {
    static final int DST = 1;
    static final int LLADDR = 2;

    private NeighbourAttribute() {}
}
