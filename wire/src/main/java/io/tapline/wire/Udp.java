// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** UDP header (RFC 768). */
public final class Udp {
    /** Header length in bytes. */
    public static final int HEADER_BYTES = 8;
    /** Offset in bytes of the checksum field. */
    public static final int CHECKSUM_OFFSET = 6;

    private Udp() {}

    /** Source port. */
    public static int sourcePort(long udp) {
        return Memory.u16(udp);
    }

    /** Destination port. */
    public static int destinationPort(long udp) {
        return Memory.u16(udp + 2);
    }

    /** Length in bytes of header and payload as the header claims it. */
    public static int length(long udp) {
        return Memory.u16(udp + 4);
    }

    /** Sets the length; the checksum is left alone. */
    public static void length(long udp, int bytes) {
        Memory.putU16(udp + 4, bytes);
    }

    /** Checksum field; 0 means that the sender computed none. */
    public static int checksum(long udp) {
        return Memory.u16(udp + CHECKSUM_OFFSET);
    }
}
