// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** IPv4 header (RFC 791). */
public final class Ipv4 {
    /** Header length in bytes without options. */
    public static final int HEADER_BYTES = 20;
    /** First octet of a header without options. */
    public static final int VERSION_AND_LENGTH = 0x45;
    /** Protocol number of ICMP. */
    public static final int PROTOCOL_ICMP = 1;
    /** Protocol number of TCP. */
    public static final int PROTOCOL_TCP = 6;
    /** Protocol number of UDP. */
    public static final int PROTOCOL_UDP = 17;
    /** Protocol number of SCTP. */
    public static final int PROTOCOL_SCTP = 132;
    /** Do not fragment. */
    public static final int FLAG_DF = 0x4000;
    /** More fragments follow. */
    public static final int FLAG_MF = 0x2000;
    /** Mask of the fragment offset, in units of eight bytes. */
    public static final int OFFSET_MASK = 0x1fff;

    private Ipv4() {}

    /** Version, 4 in a good header. */
    public static int version(long ip) {
        return Memory.u8(ip) >>> 4;
    }

    /** Header length in bytes as the header claims it, 0..60. */
    public static int headerBytes(long ip) {
        return (Memory.u8(ip) & 15) << 2;
    }

    /** Type of service octet. */
    public static int tos(long ip) {
        return Memory.u8(ip + 1);
    }

    /** Length in bytes of header and payload as the header claims it. */
    public static int totalLength(long ip) {
        return Memory.u16(ip + 2);
    }

    /** Identification field. */
    public static int id(long ip) {
        return Memory.u16(ip + 4);
    }

    /** Flags and fragment offset as one 16-bit field. */
    public static int flagsAndOffset(long ip) {
        return Memory.u16(ip + 6);
    }

    /** Whether the packet is any fragment of a datagram, the first included. */
    public static boolean isFragment(long ip) {
        return (flagsAndOffset(ip) & (FLAG_MF | OFFSET_MASK)) != 0;
    }

    /** Time to live. */
    public static int ttl(long ip) {
        return Memory.u8(ip + 8);
    }

    /** Protocol number of the payload. */
    public static int protocol(long ip) {
        return Memory.u8(ip + 9);
    }

    /** Header checksum field. */
    public static int checksum(long ip) {
        return Memory.u16(ip + 10);
    }

    /** Source address. */
    public static int source(long ip) {
        return Memory.i32(ip + 12);
    }

    /** Destination address. */
    public static int destination(long ip) {
        return Memory.i32(ip + 16);
    }

    /** Sets the total length; the checksum is left alone. */
    public static void totalLength(long ip, int bytes) {
        Memory.putU16(ip + 2, bytes);
    }

    /** Sets the identification; the checksum is left alone. */
    public static void id(long ip, int id) {
        Memory.putU16(ip + 4, id);
    }

    /** Sets the source; no checksum is touched. */
    public static void source(long ip, int address) {
        Memory.putI32(ip + 12, address);
    }

    /** Sets the destination; no checksum is touched. */
    public static void destination(long ip, int address) {
        Memory.putI32(ip + 16, address);
    }

    /** Computes and stores the header checksum over the length that the header claims. */
    public static void updateChecksum(long ip) {
        Memory.putU16(ip + 10, 0);
        Memory.putU16(ip + 10, Checksum.finish(Checksum.sum(ip, headerBytes(ip), 0)));
    }

    /** Whether the header checksum is right over {@code headerBytes} bytes. */
    public static boolean checksumIsRight(long ip, int headerBytes) {
        return Checksum.finish(Checksum.sum(ip, headerBytes, 0)) == 0;
    }

    /** Decrements the time to live, which must be positive, and patches the checksum (RFC 1141). */
    public static void decrementTtl(long ip) {
        Memory.putU8(ip + 8, Memory.u8(ip + 8) - 1);
        int sum = Memory.u16(ip + 10) + 0x0100;
        Memory.putU16(ip + 10, sum + (sum >= 0xffff ? 1 : 0));
    }

    /** Writes a header without options and with a right checksum; identification and flags are 0. */
    public static void write(long ip, int totalLength, int ttl, int protocol, int source, int destination) {
        Memory.putI32(ip, VERSION_AND_LENGTH << 24 | totalLength);
        Memory.putI32(ip + 4, 0);
        Memory.putI32(ip + 8, ttl << 24 | protocol << 16);
        Memory.putI32(ip + 12, source);
        Memory.putI32(ip + 16, destination);
        updateChecksum(ip);
    }
}
