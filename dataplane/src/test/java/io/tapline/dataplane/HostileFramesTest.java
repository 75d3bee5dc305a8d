// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Draw;
import io.tapline.testkit.Ipv4Builder;
import io.tapline.testkit.Packets;
import io.tapline.testkit.PlainChecksum;
import io.tapline.testkit.Property;
import io.tapline.testkit.TcpBuilder;
import io.tapline.testkit.UdpBuilder;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever arrives, nothing is thrown, nothing outside the frame is touched (checked memory), and every frame is
 * counted: {@link TestSwitch#run} asserts after each round that none is missing.
 */
class HostileFramesTest {
    private static final int FRAMES_PER_ROUND = 100;
    private static final int ROUNDS = 3_000;
    private static final int SLOW_ROUNDS = 50_000;
    private static final int VNET_BYTES = 12;

    private static final List<byte[]> GOOD = List.of(
            tcp().flags(Tcp.SYN).vnetBytes(),
            tcp().tcpOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 1)
                    .payloadBytes(900)
                    .gsoSize(100)
                    .vnetBytes(),
            udp().dst("10.1.1.1", 53).payloadBytes(100).vnetBytes(),
            udp().dst("10.1.1.3", 53).payloadBytes(700).gsoSize(90).vnetBytes(),
            fromClient(Packets.echoRequest()).dst("10.1.1.1").payload("hello").vnetBytes(),
            fromClient(Packets.echoRequest()).dst("172.30.1.2").payload("hello").vnetBytes(),
            fromClient(Packets.icmp(Icmpv4.UNREACHABLE, Icmpv4.CODE_FRAGMENTATION_NEEDED))
                    .dst("10.1.1.3")
                    .quote(tcp().bytes(), 28)
                    .vnetBytes(),
            fromClient(Packets.ipv4(Ipv4.PROTOCOL_SCTP)).dst("10.1.1.3").vnetBytes(),
            fromClient(Packets.ipv4(17)).dst("10.1.1.3").fragment(1480, false).vnetBytes(),
            Packets.arpRequest()
                    .srcMac(TestSwitch.HOST_MAC)
                    .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                    .target("172.30.1.1")
                    .vnetBytes(),
            Packets.arpReply()
                    .srcMac(TestSwitch.HOST_MAC)
                    .dstMac(TestSwitch.SWITCH_MAC)
                    .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                    .target(TestSwitch.SWITCH_MAC, "172.30.1.1")
                    .vnetBytes());

    private static <B extends Ipv4Builder<B>> B fromClient(B builder) {
        return builder.srcMac(TestSwitch.POD_MAC).dstMac(TestSwitch.SWITCH_MAC).src("10.1.1.2");
    }

    private static TcpBuilder tcp() {
        return fromClient(Packets.tcp()).dst("10.1.1.3", 8080);
    }

    private static UdpBuilder udp() {
        return fromClient(Packets.udp()).dst("10.1.1.3", 53);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(DropReason.IP4_VERSION, tcp().version(6).vnetBytes()),
                Arguments.of(DropReason.IP4_VERSION, tcp().version(0).vnetBytes()),
                Arguments.of(DropReason.IP4_OPTIONS, tcp().ipOptions(1, 1, 1, 0).vnetBytes()),
                Arguments.of(DropReason.IP4_OPTIONS, tcp().claimHeaderBytes(16).vnetBytes()),
                Arguments.of(DropReason.IP4_OPTIONS, tcp().claimHeaderBytes(0).vnetBytes()),
                Arguments.of(DropReason.IP4_OPTIONS, tcp().claimHeaderBytes(60).vnetBytes()),
                Arguments.of(
                        DropReason.IP4_TOO_SHORT, tcp().claimTotalLength(19).vnetBytes()),
                Arguments.of(DropReason.IP4_TOO_SHORT, tcp().claimTotalLength(0).vnetBytes()),
                Arguments.of(
                        DropReason.IP4_BAD_LENGTH, tcp().claimTotalLength(41).vnetBytes()),
                Arguments.of(
                        DropReason.IP4_BAD_LENGTH,
                        tcp().claimTotalLength(65_535).vnetBytes()),
                Arguments.of(DropReason.IP4_BAD_CHECKSUM, tcp().badIpChecksum().vnetBytes()),
                Arguments.of(
                        DropReason.IP4_FRAGMENT_OFFSET_1,
                        tcp().fragment(8, true).vnetBytes()),
                Arguments.of(DropReason.IP4_TTL_EXPIRED, tcp().ttl(0).vnetBytes()),
                Arguments.of(DropReason.IP4_TTL_EXPIRED, tcp().ttl(1).vnetBytes()),
                Arguments.of(
                        DropReason.IP4_MARTIAN_SOURCE, tcp().src("127.0.0.1").vnetBytes()),
                Arguments.of(
                        DropReason.IP4_MARTIAN_SOURCE, tcp().src("224.0.0.1").vnetBytes()),
                Arguments.of(DropReason.IP4_MARTIAN_SOURCE, tcp().src("0.1.2.3").vnetBytes()),
                Arguments.of(
                        DropReason.IP4_MARTIAN_SOURCE,
                        tcp().src("255.255.255.255").vnetBytes()),
                Arguments.of(DropReason.IP4_MULTICAST, tcp().dst("224.0.0.1").vnetBytes()),
                Arguments.of(
                        DropReason.IP4_MULTICAST, tcp().dst("255.255.255.255").vnetBytes()),
                Arguments.of(DropReason.IP4_NO_ROUTE, tcp().dst("192.0.2.1").vnetBytes()),
                Arguments.of(DropReason.ACL_DENY, tcp().dst("10.1.1.3", 22).vnetBytes()),
                Arguments.of(
                        DropReason.ACL_DENY,
                        tcp().dst("10.1.1.3", 22).claimTcpHeaderBytes(60).vnetBytes()),
                Arguments.of(
                        DropReason.L3_MAC_MISMATCH,
                        tcp().dstMac("02:00:00:00:00:77").vnetBytes()),
                Arguments.of(DropReason.UNKNOWN_VLAN, tcp().vlan(5).vnetBytes()),
                Arguments.of(DropReason.IP6_NOT_SUPPORTED, ethernet(0x86dd)),
                Arguments.of(DropReason.UNKNOWN_ETHERTYPE, ethernet(0x88cc)),
                Arguments.of(DropReason.ARP_INVALID, ethernet(0x0806)),
                Arguments.of(DropReason.IP4_TOO_SHORT, ethernet(0x0800)));
    }

    private static byte[] ethernet(int type) {
        return Packets.ethernet(type)
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .vnetBytes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void namesWhatIsWrong(DropReason reason, byte[] whole) {
        try (TestSwitch node = new TestSwitch()) {
            put(node.client, whole);
            node.run();
            assertThat(node.vswitch.counters().drops(reason)).isEqualTo(1);
            assertThat(node.server.take()).isEmpty();
        }
    }

    static Stream<Arguments> offloadFaults() {
        byte[] tcp = tcp().payloadBytes(900).gsoSize(100).vnetBytes();
        byte[] udp = udp().payloadBytes(900).gsoSize(100).vnetBytes();
        byte[] echo = fromClient(Packets.echoRequest()).dst("10.1.1.3").vnetBytes();
        return Stream.of(
                Arguments.of("TCP super-frame of UDP", with(udp, 1, 1)),
                Arguments.of("UDP super-frame of TCP", with(tcp, 1, 5)),
                Arguments.of("IPv6 super-frame of IPv4", with(tcp, 1, 4)),
                Arguments.of("TCP super-frame of ICMP", with(with(with(echo, 0, 1), 1, 1), 4, 100)),
                Arguments.of("UFO", with(udp, 1, 3)),
                Arguments.of("segments of 0 bytes", with(tcp, 4, 0)),
                Arguments.of("a complete super-frame", with(tcp, 0, 0)),
                Arguments.of("checksum from Ethernet", with(tcp, 6, 0)),
                Arguments.of("checksum from the IP header", with(tcp, 6, 14)),
                Arguments.of("checksum from inside TCP", with(tcp, 6, 38)),
                Arguments.of("checksum over the sequence number", with(tcp, 8, 4)),
                Arguments.of("UDP's checksum place in TCP", with(tcp, 8, 6)),
                Arguments.of("checksum far outside", with(with(tcp, 6, 0xffff), 8, 0xffff)),
                Arguments.of("TCP header of 16 bytes", superFrame(tcp().claimTcpHeaderBytes(16))),
                Arguments.of("TCP header longer than the packet", superFrame(tcp().claimTcpHeaderBytes(60))),
                Arguments.of("a fragment", superFrame(tcp().fragment(0, true))),
                Arguments.of("a later fragment", superFrame(tcp().fragment(1480, true))));
    }

    private static byte[] superFrame(TcpBuilder tcp) {
        return tcp.gsoSize(100).vnetBytes();
    }

    /** The frame with another octet in its virtio-net header, or another 16-bit field from offset 4 on. */
    private static byte[] with(byte[] whole, int at, int value) {
        byte[] changed = whole.clone();
        if (at < 2) {
            changed[at] = (byte) value;
        } else {
            ByteBuffer.wrap(changed).order(ByteOrder.nativeOrder()).putShort(at, (short) value);
        }
        return changed;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("offloadFaults")
    void refusesOffloadsThatDoNotFitThePacket(String what, byte[] whole) {
        try (TestSwitch node = new TestSwitch()) {
            put(node.client, whole);
            node.run();
            assertThat(node.vswitch.counters().drops(DropReason.VIRTIO_HEADER_INVALID))
                    .as(what)
                    .isEqualTo(1);
        }
    }

    @Test
    void survivesEveryTruncation() {
        try (TestSwitch node = new TestSwitch()) {
            node.vswitch.attach(TestSwitch.SERVER, new BufferDevice(0));
            for (byte[] good : GOOD) {
                for (int length = VNET_BYTES; length <= good.length; length++) {
                    byte[] cut = Arrays.copyOf(good, length);
                    put(node.client, cut);
                    put(node.host, cut);
                    node.run();
                    put(node.client, claimingItsLength(cut));
                    node.run();
                }
            }
            assertStillWorks(node);
        }
    }

    /** Cut, but with a length and header checksum that agree with the cut, so that it gets beyond ip4-input. */
    private static byte[] claimingItsLength(byte[] cut) {
        int ip = VNET_BYTES + 14;
        if (cut.length < ip + 20) {
            return cut;
        }
        byte[] changed = cut.clone();
        int length = cut.length - ip;
        ByteBuffer packet = ByteBuffer.wrap(changed);
        packet.putShort(ip + 2, (short) length);
        packet.putShort(ip + 10, (short) 0);
        packet.putShort(ip + 10, (short) PlainChecksum.of(changed, ip, ip + 20, 0));
        return changed;
    }

    /** No virtio-net header is wrong here, so a frame that is dropped without a reason, number 0, would show. */
    @Test
    void neverDropsWithoutAReason() {
        try (TestSwitch node = new TestSwitch()) {
            Property.holds("every drop has its reason", ROUNDS / 10, draw -> {
                for (int i = 0; i < FRAMES_PER_ROUND; i++) {
                    put(port(node, draw), with(with(frame(draw), 0, 0), 1, 0));
                }
                node.run();
                takeAll(node);
                assertThat(node.vswitch.counters().drops(DropReason.VIRTIO_HEADER_INVALID))
                        .isZero();
            });
            assertThat(node.vswitch.counters().drops()).isPositive();
        }
    }

    @Test
    void survivesMutatedAndRandomFrames() {
        hammer(ROUNDS);
    }

    /** Five million frames: {@code ./test -Dtests.slow -pl dataplane -am -Dtest=HostileFramesTest}. */
    @Tag("slow")
    @Test
    void survivesMillionsOfMutatedAndRandomFrames() {
        hammer(SLOW_ROUNDS);
    }

    private static void hammer(int rounds) {
        try (TestSwitch node = new TestSwitch()) {
            node.vswitch.attach(TestSwitch.SERVER, new BufferDevice(0));
            Property.holds("every frame is forwarded, taken or dropped", rounds, draw -> {
                for (int i = 0; i < FRAMES_PER_ROUND; i++) {
                    byte[] frame = frame(draw);
                    if (draw.oneIn(4)) {
                        System.arraycopy(draw.bytes(VNET_BYTES), 0, frame, 0, VNET_BYTES);
                    }
                    put(port(node, draw), frame);
                }
                if (draw.oneIn(16)) {
                    node.advanceSeconds(1);
                }
                node.run();
                takeAll(node);
            });
            assertStillWorks(node);
        }
    }

    private static BufferDevice port(TestSwitch node, Draw draw) {
        return draw.pick(List.of(node.host, node.client, node.client, node.client));
    }

    private static byte[] frame(Draw draw) {
        if (draw.oneIn(8)) {
            return draw.bytes(VNET_BYTES, 200);
        }
        byte[] frame = draw.pick(GOOD).clone();
        int changes = draw.between(0, 3);
        for (int i = 0; i < changes; i++) {
            frame[draw.below(frame.length)] = (byte) draw.bits16();
        }
        byte[] cut = draw.oneIn(4) ? Arrays.copyOf(frame, draw.between(VNET_BYTES, frame.length)) : frame;
        return draw.chance() ? claimingItsLength(cut) : cut;
    }

    private static void put(BufferDevice port, byte[] whole) {
        port.put(Arrays.copyOf(whole, VNET_BYTES), Arrays.copyOfRange(whole, VNET_BYTES, whole.length));
    }

    private static void takeAll(TestSwitch node) {
        node.host.take();
        node.client.take();
        node.server.take();
    }

    private static void assertStillWorks(TestSwitch node) {
        node.vswitch.attach(TestSwitch.SERVER, node.server);
        node.server.take();
        put(node.client, tcp().flags(Tcp.SYN).vnetBytes());
        node.run();
        assertThat(node.server.take()).hasSize(1);
    }
}
