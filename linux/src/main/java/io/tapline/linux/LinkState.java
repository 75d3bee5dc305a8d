// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/**
 * Whether a device works.
 *
 * @param flags kernel {@code if.h}, {@code IFF_*}
 * @param operState kernel {@code IF_OPER_*} (RFC 2863): 0 unknown, 2 down, 3 lower layer down, 5 dormant, 6 up
 */
public record LinkState(int flags, int operState) {
    private static final int IFF_UP = 0x1;
    private static final int IFF_LOWER_UP = 0x1_0000;
    private static final int IF_OPER_UP = 6;

    /** Whether it was set up. */
    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    /** Whether it has a carrier: a cable, the other end of a pair, an open TAP. */
    public boolean hasCarrier() {
        return (flags & IFF_LOWER_UP) != 0;
    }

    /** Whether the device reports that it carries packets. Some, loopback among them, never report. */
    public boolean isOperational() {
        return operState == IF_OPER_UP;
    }
}
