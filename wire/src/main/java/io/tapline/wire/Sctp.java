// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** SCTP common header (RFC 9260 section 3.1). Its checksum, a CRC32c, covers the packet but no pseudo-header. */
public final class Sctp {
    /** Length in bytes of the common header. */
    public static final int HEADER_BYTES = 12;
    /** Offset in bytes of the checksum field. */
    public static final int CHECKSUM_OFFSET = 8;

    private static final int POLYNOMIAL = 0x82f6_3b78;
    private static final int[] STEPS = new int[256];

    static {
        for (int i = 0; i < STEPS.length; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
            }
            STEPS[i] = crc;
        }
    }

    private Sctp() {}

    /** The checksum that {@code length} bytes at {@code sctp} should have, as read from the field in network order. */
    public static int rightChecksum(long sctp, int length) {
        int crc = ~0;
        for (int i = 0; i < length; i++) {
            int octet = i >= CHECKSUM_OFFSET && i < HEADER_BYTES ? 0 : Memory.u8(sctp + i);
            crc = (crc >>> 8) ^ STEPS[(crc ^ octet) & 0xff];
        }
        return Integer.reverseBytes(~crc);
    }

    /** Checksum field. */
    public static int checksum(long sctp) {
        return Memory.i32(sctp + CHECKSUM_OFFSET);
    }

    /**
     * Replaces both ports, source in the high half, of a packet of {@code length} bytes. A CRC is linear, so the field
     * changes by the difference of the right checksums: a wrong one stays as wrong as it was.
     */
    public static void ports(long sctp, int ports, int length) {
        if (Memory.i32(sctp) == ports) {
            return;
        }
        int before = rightChecksum(sctp, length);
        Memory.putI32(sctp, ports);
        int after = rightChecksum(sctp, length);
        Memory.putI32(sctp + CHECKSUM_OFFSET, checksum(sctp) ^ before ^ after);
    }
}
