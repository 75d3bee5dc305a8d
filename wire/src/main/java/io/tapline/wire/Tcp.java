// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** TCP header (RFC 9293). */
public final class Tcp {
    /** Header length in bytes without options. */
    public static final int HEADER_BYTES = 20;
    /** Offset in bytes of the checksum field. */
    public static final int CHECKSUM_OFFSET = 16;
    /** No more data from the sender. */
    public static final int FIN = 0x01;
    /** Synchronise sequence numbers. */
    public static final int SYN = 0x02;
    /** Reset the connection. */
    public static final int RST = 0x04;
    /** Push. */
    public static final int PSH = 0x08;
    /** The acknowledgement field counts. */
    public static final int ACK = 0x10;
    /** Urgent. */
    public static final int URG = 0x20;
    /** ECN echo. */
    public static final int ECE = 0x40;
    /** Congestion window reduced. */
    public static final int CWR = 0x80;

    private Tcp() {}

    /** Source port. */
    public static int sourcePort(long tcp) {
        return Memory.u16(tcp);
    }

    /** Destination port. */
    public static int destinationPort(long tcp) {
        return Memory.u16(tcp + 2);
    }

    /** Sequence number. */
    public static int sequence(long tcp) {
        return Memory.i32(tcp + 4);
    }

    /** Sets the sequence number; the checksum is left alone. */
    public static void sequence(long tcp, int number) {
        Memory.putI32(tcp + 4, number);
    }

    /** Acknowledgement number. */
    public static int acknowledgement(long tcp) {
        return Memory.i32(tcp + 8);
    }

    /** Header length in bytes as the header claims it, 0..60. */
    public static int headerBytes(long tcp) {
        return Memory.u8(tcp + 12) >>> 4 << 2;
    }

    /** The eight flags of {@link #FIN} to {@link #CWR}. */
    public static int flags(long tcp) {
        return Memory.u8(tcp + 13);
    }

    /** Sets the eight flags; the checksum is left alone. */
    public static void flags(long tcp, int flags) {
        Memory.putU8(tcp + 13, flags);
    }

    /** Receive window, unscaled. */
    public static int window(long tcp) {
        return Memory.u16(tcp + 14);
    }

    /** Checksum field. */
    public static int checksum(long tcp) {
        return Memory.u16(tcp + CHECKSUM_OFFSET);
    }
}
