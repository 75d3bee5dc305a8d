// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/**
 * The virtio-net header that precedes each frame of a TAP opened with {@code IFF_VNET_HDR} and a header size of 12
 * ({@code struct virtio_net_hdr_v1}, virtio 1.2 section 5.1.6; linux/virtio_net.h). It carries the offloads: a checksum
 * that the receiver still has to complete, and a super-frame that stands for several segments.
 *
 * <p>Fields are in the machine's order, as Linux uses them on little-endian machines. What a pod sends here is
 * untrusted input: see {@link #check}.
 */
public final class VirtioNet {
    /** Header length in bytes. */
    public static final int HEADER_BYTES = 12;
    /** Flag: the checksum at start + offset holds only the pseudo-header sum and must be completed. */
    public static final int NEEDS_CSUM = 1;
    /** Flag: the checksum was verified by the sender of this header. */
    public static final int DATA_VALID = 2;
    /** Not a super-frame. */
    public static final int GSO_NONE = 0;
    /** TCP over IPv4 super-frame. */
    public static final int GSO_TCPV4 = 1;
    /** TCP over IPv6 super-frame. */
    public static final int GSO_TCPV6 = 4;
    /** UDP super-frame to be cut into datagrams. */
    public static final int GSO_UDP_L4 = 5;
    /** Bit in the type: the TCP stream uses ECN. */
    public static final int GSO_ECN = 0x80;

    private VirtioNet() {}

    /** Flag octet. */
    public static int flags(long header) {
        return Memory.u8(header);
    }

    /** Super-frame type with its {@link #GSO_ECN} bit. */
    public static int gsoType(long header) {
        return Memory.u8(header + 1);
    }

    /** Length in bytes of all headers of a super-frame, a hint only. */
    public static int headerLength(long header) {
        return Memory.nativeU16(header + 2);
    }

    /** Payload bytes of each segment of a super-frame. */
    public static int gsoSize(long header) {
        return Memory.nativeU16(header + 4);
    }

    /** Where checksumming starts, in bytes from the Ethernet header. */
    public static int csumStart(long header) {
        return Memory.nativeU16(header + 6);
    }

    /** Where the checksum goes, in bytes from {@link #csumStart}. */
    public static int csumOffset(long header) {
        return Memory.nativeU16(header + 8);
    }

    /** Number of buffers, always 1 in the switch. */
    public static int bufferCount(long header) {
        return Memory.nativeU16(header + 10);
    }

    /** Whether the frame's checksum must still be completed. */
    public static boolean needsChecksum(long header) {
        return (flags(header) & NEEDS_CSUM) != 0;
    }

    /** Super-frame type without the ECN bit. */
    public static int segmentation(long header) {
        return gsoType(header) & ~GSO_ECN;
    }

    /** Says that the frame is in one buffer. */
    public static void oneBuffer(long header) {
        Memory.putNativeU16(header + 10, 1);
    }

    /** Writes a header that asks for nothing: all zero, one buffer. */
    public static void clear(long header) {
        Memory.putNativeI64(header, 0);
        Memory.putNativeU16(header + 8, 0);
        oneBuffer(header);
    }

    /** Writes a header. */
    public static void write(
            long header, int flags, int gsoType, int headerLength, int gsoSize, int csumStart, int csumOffset) {
        Memory.putU8(header, flags);
        Memory.putU8(header + 1, gsoType);
        Memory.putNativeU16(header + 2, headerLength);
        Memory.putNativeU16(header + 4, gsoSize);
        Memory.putNativeU16(header + 6, csumStart);
        Memory.putNativeU16(header + 8, csumOffset);
        oneBuffer(header);
    }

    /**
     * Whether the header makes sense for a frame of {@code frameBytes} bytes: the checksum field lies inside the frame,
     * a super-frame has a known type, a segment size, and a checksum to complete. Whether these agree with the packet's
     * own headers is for {@code ip4-input} to judge.
     */
    public static boolean check(long header, int frameBytes) {
        int type = segmentation(header);
        boolean needsChecksum = needsChecksum(header);
        if (type != GSO_NONE) {
            boolean known = type == GSO_TCPV4 || type == GSO_TCPV6 || type == GSO_UDP_L4;
            if (!known || !needsChecksum || gsoSize(header) == 0) {
                return false;
            }
        }
        return !needsChecksum
                || (csumStart(header) >= Ethernet.HEADER_BYTES
                        && csumStart(header) + csumOffset(header) + 2 <= frameBytes);
    }
}
