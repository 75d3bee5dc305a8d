// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds Ethernet frames for tests: every call has a sensible default, every length and checksum comes out right unless
 * the test asks for a wrong one.
 *
 * <pre>{@code
 * byte[] frame = Packets.tcp().src("10.1.1.2", 1234).dst("10.1.2.2", 80).flags(SYN).mss(1460).bytes();
 * }</pre>
 */
public final class Packets {
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final int ETHERNET_BYTES = 14;
    private static final int MORE_FRAGMENTS = 0x2000;

    private Packets() {}

    /** A TCP segment over IPv4. */
    public static TcpBuilder tcp() {
        return new TcpBuilder();
    }

    /** A UDP datagram over IPv4. */
    public static UdpBuilder udp() {
        return new UdpBuilder();
    }

    /** An ICMP echo request. */
    public static IcmpBuilder echoRequest() {
        return icmp(8, 0);
    }

    /** An ICMP echo reply. */
    public static IcmpBuilder echoReply() {
        return icmp(0, 0);
    }

    /** Any ICMP message; {@link IcmpBuilder#quote} makes it an error about a packet. */
    public static IcmpBuilder icmp(int type, int code) {
        return new IcmpBuilder(type, code);
    }

    /** An IPv4 packet with any protocol number, such as a later fragment. */
    public static RawIpv4Builder ipv4(int protocol) {
        return new RawIpv4Builder(protocol);
    }

    /** A frame with any EtherType. */
    public static RawFrameBuilder ethernet(int etherType) {
        return new RawFrameBuilder(etherType);
    }

    /** An ARP request, to the broadcast address unless set. */
    public static ArpBuilder arpRequest() {
        return new ArpBuilder(1).dstMac(BROADCAST);
    }

    /** An ARP reply. */
    public static ArpBuilder arpReply() {
        return new ArpBuilder(2);
    }

    /** A UDP datagram to port 4789 that carries {@code inner} behind a VXLAN header (RFC 7348). */
    public static UdpBuilder vxlan(int vni, byte[] inner) {
        ByteBuffer payload = ByteBuffer.allocate(8 + inner.length);
        payload.putInt(0x0800_0000).putInt(vni << 8).put(inner);
        return udp().dstPort(4789).payload(payload.array());
    }

    /**
     * Cuts an untagged IPv4 frame without options into fragments (RFC 791 section 3.2).
     *
     * @param payloadBytes payload of each fragment but the last, a positive multiple of 8
     */
    public static List<byte[]> fragments(byte[] frame, int payloadBytes) {
        if (payloadBytes <= 0 || payloadBytes % 8 != 0) {
            throw new IllegalArgumentException("fragment payload must be a multiple of 8, not " + payloadBytes);
        }
        int headers = ETHERNET_BYTES + 20;
        List<byte[]> fragments = new ArrayList<>();
        for (int at = headers; at < frame.length; at += payloadBytes) {
            int end = Math.min(frame.length, at + payloadBytes);
            byte[] fragment = Arrays.copyOf(frame, headers + end - at);
            System.arraycopy(frame, at, fragment, headers, end - at);
            ByteBuffer ip = ByteBuffer.wrap(fragment, ETHERNET_BYTES, 20).slice();
            ip.putShort(2, (short) (20 + end - at));
            ip.putShort(6, (short) ((at - headers) / 8 | (end < frame.length ? MORE_FRAGMENTS : 0)));
            ip.putShort(10, (short) 0);
            ip.putShort(10, (short) PlainChecksum.of(fragment, ETHERNET_BYTES, headers, 0));
            fragments.add(fragment);
        }
        return fragments;
    }
}
