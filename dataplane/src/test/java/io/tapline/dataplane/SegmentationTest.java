// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.testkit.Draw;
import io.tapline.testkit.Packets;
import io.tapline.testkit.Property;
import io.tapline.testkit.TcpBuilder;
import io.tapline.testkit.UdpBuilder;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Tcp;
import io.tapline.wire.VirtioNet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Super-frames towards a device that does not take them. What must come out is built segment by segment with the packet
 * builders, which share nothing with the switch.
 */
class SegmentationTest {
    private static final int RUNS = 400;
    private static final int HEADERS = 14 + 20 + 20;

    private final TestSwitch node = new TestSwitch();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void cutsTcpSuperFramesAsTheReferenceDoes() {
        Property.holds("TCP segments", RUNS, draw -> {
            TcpCase packet = TcpCase.draw(draw);
            byte[] whole = packet.whole();
            for (int capabilities : List.of(0, PacketDevice.TX_CHECKSUM)) {
                BufferDevice out = receiver(capabilities);
                node.client.put(Arrays.copyOf(whole, 12), Arrays.copyOfRange(whole, 12, whole.length));
                node.run();
                List<byte[]> headers = out.sentHeaders();
                assertSent(out.take(), headers, packet.segments(capabilities != 0));
            }
        });
    }

    @Test
    void cutsUdpSuperFramesAsTheReferenceDoes() {
        AclRule any = AclRule.any(AclAction.PERMIT, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4);
        node.vswitch.apply(TestSwitch.config(List.of(any)));
        Property.holds("UDP datagrams", RUNS, draw -> {
            byte[] payload = draw.bytes(0, 20_000);
            int size = draw.between(32, 1472);
            int id = draw.bits16();
            UdpBuilder sent = udp(TestSwitch.POD_MAC, TestSwitch.SWITCH_MAC, 64);
            byte[] whole = sent.payload(payload).id(id).gsoSize(size).vnetBytes();
            int most = PacketDevice.TX_CHECKSUM | PacketDevice.TX_TSO4;
            for (int capabilities : List.of(0, most)) {
                BufferDevice out = receiver(capabilities);
                node.client.put(Arrays.copyOf(whole, 12), Arrays.copyOfRange(whole, 12, whole.length));
                node.run();
                List<byte[]> expected = new ArrayList<>();
                for (byte[] part : chunks(payload, size)) {
                    UdpBuilder datagram = udp(TestSwitch.SWITCH_MAC, TestSwitch.POD_MAC, 63);
                    datagram.payload(part).id((id + expected.size()) & 0xffff);
                    expected.add((capabilities == 0 ? datagram : datagram.partialChecksum()).vnetBytes());
                }
                List<byte[]> headers = out.sentHeaders();
                assertSent(out.take(), headers, expected);
            }
        });
    }

    @Test
    void passesSuperFramesWholeToAReceiverThatTakesThem() {
        byte[] whole = TcpCase.plain(20_000, 1400).whole();
        node.client.put(Arrays.copyOf(whole, 12), Arrays.copyOfRange(whole, 12, whole.length));
        node.run();
        assertThat(node.server.sentHeaders().getFirst()[1]).isEqualTo((byte) VirtioNet.GSO_TCPV4);
        assertThat(node.server.take().getFirst()).hasSize(HEADERS + 20_000);
    }

    @Test
    void countsSegmentsSoThatNoneIsLost() {
        receiver(0);
        byte[] whole = TcpCase.plain(10 * 1000, 1000).whole();
        node.client.put(Arrays.copyOf(whole, 12), Arrays.copyOfRange(whole, 12, whole.length));
        node.run();
        Counters counters = node.vswitch.counters();
        assertThat(counters.framesReceived()).isEqualTo(1);
        assertThat(counters.framesOriginated()).isEqualTo(9);
        assertThat(counters.port(TestSwitch.SERVER, Counters.Port.TX_FRAMES)).isEqualTo(10);
        assertThat(counters.port(TestSwitch.SERVER, Counters.Port.TX_BYTES)).isEqualTo(10 * (HEADERS + 1000));
    }

    @Test
    void dropsTheRestWhenTheReceiversQueueIsFull() {
        FullAfter out = new FullAfter(4);
        node.vswitch.attach(TestSwitch.SERVER, out);
        byte[] whole = TcpCase.plain(10 * 1000, 1000).whole();
        node.client.put(Arrays.copyOf(whole, 12), Arrays.copyOfRange(whole, 12, whole.length));
        node.run();
        Counters counters = node.vswitch.counters();
        assertThat(counters.framesSent()).isEqualTo(4);
        assertThat(counters.drops(DropReason.TX_QUEUE_FULL)).isEqualTo(1);
    }

    @Test
    void refusesASuperFrameOfTooManySegments() {
        BufferDevice out = receiver(0);
        byte[] whole = TcpCase.plain(20_000, 1).whole();
        node.client.put(Arrays.copyOf(whole, 12), Arrays.copyOfRange(whole, 12, whole.length));
        node.run();
        assertThat(out.take()).isEmpty();
        assertThat(node.vswitch.counters().drops(DropReason.TX_TOO_MANY_SEGMENTS))
                .isEqualTo(1);
    }

    @Test
    void completesThePartialChecksumOfAnOrdinaryFrame() {
        BufferDevice out = receiver(0);
        byte[] whole = TcpCase.tcp(TestSwitch.POD_MAC, TestSwitch.SWITCH_MAC)
                .payloadBytes(99)
                .partialChecksum()
                .vnetBytes();
        node.client.put(Arrays.copyOf(whole, 12), Arrays.copyOfRange(whole, 12, whole.length));
        node.run();
        assertThat(out.sentHeaders().getFirst()[0]).isZero();
        assertFrame(out.take().getFirst()).ipv4().checksumOk().tcp().checksumOk();
    }

    private BufferDevice receiver(int capabilities) {
        BufferDevice out = new BufferDevice(capabilities);
        node.vswitch.attach(TestSwitch.SERVER, out);
        return out;
    }

    private static void assertSent(List<byte[]> frames, List<byte[]> headers, List<byte[]> expected) {
        assertThat(frames).hasSameSizeAs(expected);
        for (int i = 0; i < frames.size(); i++) {
            String got = hex(headers.get(i)) + hex(frames.get(i));
            assertThat(got).as("segment %d of %d", i, frames.size()).isEqualTo(hex(expected.get(i)));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The payload in parts of {@code size}, one empty part if there is none. */
    private static List<byte[]> chunks(byte[] payload, int size) {
        List<byte[]> chunks = new ArrayList<>();
        for (int at = 0; at < payload.length; at += size) {
            chunks.add(Arrays.copyOfRange(payload, at, Math.min(payload.length, at + size)));
        }
        return chunks.isEmpty() ? List.of(payload) : chunks;
    }

    private static UdpBuilder udp(String from, String to, int ttl) {
        return Packets.udp()
                .srcMac(from)
                .dstMac(to)
                .src("10.1.1.2", 5000)
                .dst("10.1.1.3", 53)
                .ttl(ttl);
    }

    /** A TCP super-frame, and the segments it stands for. */
    private record TcpCase(byte[] payload, int segmentBytes, int flags, int sequence, int id, boolean timestamps) {
        static TcpCase plain(int bytes, int segmentBytes) {
            return new TcpCase(new byte[bytes], segmentBytes, Tcp.ACK, 1, 1, false);
        }

        static TcpCase draw(Draw draw) {
            int most = FramePool.LARGE_FRAME_BYTES - HEADERS;
            int segmentBytes = draw.between(draw.oneIn(4) ? 1 : 64, 1448);
            byte[] payload = draw.bytes(0, Math.min(Math.min(most, 65_495 - 12), segmentBytes * 1024));
            int flags = draw.bits16() & (Tcp.CWR | Tcp.ECE | Tcp.URG | Tcp.ACK | Tcp.PSH | Tcp.FIN);
            return new TcpCase(payload, segmentBytes, flags, draw.bits32(), draw.bits16(), draw.chance());
        }

        static TcpBuilder tcp(String from, String to) {
            return Packets.tcp().srcMac(from).dstMac(to).src("10.1.1.2", 40_000).dst("10.1.1.3", 8080);
        }

        private TcpBuilder withHeader(TcpBuilder tcp) {
            return timestamps ? tcp.tcpOptions(1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8) : tcp;
        }

        byte[] whole() {
            return withHeader(tcp(TestSwitch.POD_MAC, TestSwitch.SWITCH_MAC))
                    .seq(sequence)
                    .id(id)
                    .flags(flags)
                    .payload(payload)
                    .gsoSize(segmentBytes)
                    .vnetBytes();
        }

        List<byte[]> segments(boolean partial) {
            List<byte[]> parts = chunks(payload, segmentBytes);
            List<byte[]> segments = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                int first = i == 0 ? Tcp.CWR : 0;
                int last = i == parts.size() - 1 ? Tcp.FIN | Tcp.PSH : 0;
                int everywhere = Tcp.ECE | Tcp.URG | Tcp.ACK;
                TcpBuilder segment = withHeader(tcp(TestSwitch.SWITCH_MAC, TestSwitch.POD_MAC))
                        .ttl(63)
                        .seq(sequence + i * segmentBytes)
                        .id((id + i) & 0xffff)
                        .flags(flags & (first | last | everywhere))
                        .payload(parts.get(i));
                segments.add((partial ? segment.partialChecksum() : segment).vnetBytes());
            }
            return segments;
        }
    }

    /** Takes so many frames and then no more. */
    private static final class FullAfter implements PacketDevice {
        private int room;

        FullAfter(int room) {
            this.room = room;
        }

        @Override
        public int receive(FramePool pool, long[] frames, int from, int max) {
            return 0;
        }

        @Override
        public int transmit(long frame) {
            return room-- > 0 ? SENT : QUEUE_FULL;
        }

        @Override
        public int capabilities() {
            return 0;
        }
    }
}
