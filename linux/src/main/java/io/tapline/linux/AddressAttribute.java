// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** Attributes of address messages (kernel {@code if_addr.h}). */
final class AddressAttribute {
    static final int ADDRESS = 1;
    static final int LOCAL = 2;
    static final int FLAGS = 8;

    static final int FLAG_NODAD = 0x02;
    static final int FLAG_DADFAILED = 0x08;
    static final int FLAG_TENTATIVE = 0x40;

    private AddressAttribute() {}
}
