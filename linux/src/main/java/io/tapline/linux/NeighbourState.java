// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** What the kernel knows of a neighbour (kernel {@code neighbour.h}, {@code NUD_*}). */
public enum NeighbourState {
    /** Nothing yet. */
    NONE(0),
    /** Being asked for. */
    INCOMPLETE(0x01),
    /** Confirmed lately. */
    REACHABLE(0x02),
    /** Known, but not confirmed lately. */
    STALE(0x04),
    /** About to be confirmed. */
    DELAY(0x08),
    /** Being confirmed. */
    PROBE(0x10),
    /** Does not answer. */
    FAILED(0x20),
    /** Needs no asking: multicast, loopback. */
    NOARP(0x40),
    /** Set by hand, valid for good. */
    PERMANENT(0x80);

    private final int number;

    NeighbourState(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static NeighbourState of(int number) {
        for (NeighbourState state : values()) {
            if (state.number == number) {
                return state;
            }
        }
        return NONE;
    }
}
