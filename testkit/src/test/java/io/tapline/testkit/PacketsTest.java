// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import static io.tapline.testkit.FrameAssert.assertFrame;
import static io.tapline.testkit.TcpFlags.ACK;
import static io.tapline.testkit.TcpFlags.PSH;
import static io.tapline.testkit.TcpFlags.SYN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Judges the builder by hand-made bytes and by the assertions; wire's tests show its frames to Wireshark. */
final class PacketsTest {
    @Test
    void tcpSynIsTheFrameMadeByHand() {
        byte[] frame = Packets.tcp()
                .srcMac("02:00:00:00:00:0a")
                .dstMac("02:00:00:00:00:0b")
                .src("10.1.1.2", 1234)
                .dst("10.1.2.2", 80)
                .id(0x1234)
                .dontFragment()
                .flags(SYN)
                .seq(0x01020304)
                .mss(1460)
                .bytes();
        String expected = "02000000000b02000000000a0800"
                + "4500002c12344000400611930a0101020a010202"
                + "04d20050010203040000000060 02ffff77f90000020405b4".replace(" ", "");
        assertThat(HexFormat.of().formatHex(frame)).isEqualTo(expected);
    }

    @Test
    void tcpCarriesPayloadTagAndOptions() {
        TcpBuilder builder = Packets.tcp()
                .vlan(42)
                .ipOptions(1, 1, 1)
                .tcpOptions(1, 1)
                .flags(PSH | ACK)
                .ack(7)
                .window(99)
                .tos(0x2e)
                .ttl(3)
                .payload("hello");
        assertThat(builder.l3Offset()).isEqualTo(18);
        assertThat(builder.l4Offset()).isEqualTo(42);
        assertFrame(builder.bytes())
                .ethernet()
                .vlan(42)
                .type(0x0800)
                .ipv4()
                .options(1, 1, 1, 0)
                .tos(0x2e)
                .ttl(3)
                .totalLength(53)
                .notFragment()
                .mayFragment()
                .checksumOk()
                .tcp()
                .options(1, 1, 0, 0)
                .flags(PSH | ACK)
                .ack(7)
                .window(99)
                .checksumOk()
                .payload("hello".getBytes(UTF_8));
    }

    @Test
    void paddingIsNoPayload() {
        assertFrame(Packets.udp().payload("x").padTo(60).bytes())
                .length(60)
                .ipv4()
                .udp()
                .lengthOk()
                .length(9)
                .checksumOk()
                .payload(new byte[] {'x'});
    }

    @Test
    void wrongChecksumsAreWrong() {
        assertFrame(Packets.tcp().badChecksum().badIpChecksum().bytes())
                .ipv4()
                .checksumBad()
                .tcp()
                .checksumBad();
        assertFrame(Packets.udp().badChecksum().bytes())
                .ipv4()
                .checksumOk()
                .udp()
                .checksumBad();
        assertFrame(Packets.echoReply().badChecksum().bytes()).ipv4().icmp().checksumBad();
        assertFrame(Packets.udp().noChecksum().bytes()).ipv4().udp().noChecksum();
        assertFrame(Packets.tcp().checksum(0xbeef).ipChecksum(0xdead).bytes())
                .ipv4()
                .checksumBad()
                .tcp()
                .checksumBad();
    }

    @Test
    void wrongUdpChecksumIsNeverNone() {
        Property.holds("wrong is not none", 20_000, draw -> {
            byte[] frame = Packets.udp()
                    .srcPort(draw.bits16())
                    .dstPort(draw.bits16())
                    .badChecksum()
                    .bytes();
            assertThat(frame[40] | frame[41]).isNotZero();
            assertFrame(frame).ipv4().udp().checksumBad();
        });
    }

    @Test
    void partialChecksumBecomesRightWhenCompleted() {
        Property.holds("partial checksum", 2000, draw -> {
            TcpBuilder builder = Packets.tcp()
                    .src(draw.bits32(), draw.bits16())
                    .dst(draw.bits32(), draw.bits16())
                    .payload(draw.bytes(0, 100))
                    .partialChecksum();
            byte[] frame = builder.bytes();
            assertFrame(frame).ipv4().tcp().checksumPartial();
            int checksum = PlainChecksum.of(frame, builder.l4Offset(), frame.length, 0);
            ByteBuffer.wrap(frame).putShort(builder.l4Offset() + 16, (short) checksum);
            assertFrame(frame).ipv4().tcp().checksumOk();
        });
    }

    @Test
    void vnetHeaderAnnouncesOffloads() {
        byte[] plain = Packets.tcp().vnetBytes();
        assertThat(plain).startsWith(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0);
        byte[] superFrame = Packets.tcp().payloadBytes(3000).gsoSize(1448).vnetBytes();
        ByteBuffer header = ByteBuffer.wrap(superFrame).order(ByteOrder.nativeOrder());
        assertThat(header.get(0)).isEqualTo((byte) 1);
        assertThat(header.get(1)).isEqualTo((byte) 1);
        assertThat(header.getShort(2)).isEqualTo((short) 54);
        assertThat(header.getShort(4)).isEqualTo((short) 1448);
        assertThat(header.getShort(6)).isEqualTo((short) 34);
        assertThat(header.getShort(8)).isEqualTo((short) 16);
        byte[] datagrams =
                Packets.udp().vlan(3).payloadBytes(3000).gsoSize(1000).vnetBytes();
        assertThat(datagrams).startsWith(1, 5);
        assertThat(datagrams[6]).isEqualTo((byte) 38);
        assertThat(datagrams[8]).isEqualTo((byte) 6);
    }

    @Test
    void claimsMayLie() {
        byte[] frame = Packets.tcp()
                .version(6)
                .claimHeaderBytes(60)
                .claimTotalLength(0xffff)
                .claimTcpHeaderBytes(4)
                .bytes();
        assertThat(frame).startsWith(HexFormat.of().parseHex("02fe0000000202fe0000000108006f00ffff"));
        assertThat(frame[46]).isEqualTo((byte) 0x10);
        assertThat(Packets.udp().claimUdpLength(3).bytes()[39]).isEqualTo((byte) 3);
    }

    @Test
    void echoCarriesIdentifierAndSequence() {
        assertFrame(Packets.echoRequest()
                        .identifier(0xabcd)
                        .sequence(0x1234)
                        .payload("ping")
                        .bytes())
                .ipv4()
                .checksumOk()
                .icmp()
                .echoRequest()
                .identifier(0xabcd)
                .sequence(0x1234)
                .checksumOk()
                .payload(new byte[] {'p', 'i', 'n', 'g'});
        assertFrame(Packets.echoReply().bytes()).ipv4().icmp().echoReply().checksumOk();
    }

    @Test
    void icmpErrorQuotesThePacket() {
        byte[] culprit = Packets.tcp()
                .src("10.0.0.1", 1)
                .dst("10.0.0.2", 2)
                .payloadBytes(900)
                .bytes();
        assertFrame(Packets.icmp(3, 4).mtu(1400).quote(culprit, 28).bytes())
                .ipv4()
                .icmp()
                .type(3)
                .code(4)
                .mtu(1400)
                .checksumOk()
                .quoted()
                .src("10.0.0.1")
                .totalLength(940)
                .checksumOk()
                .ports(1, 2);
    }

    @Test
    void arpAsksEveryoneAndAnswersOne() {
        assertFrame(Packets.arpRequest()
                        .sender("02:00:00:00:00:0a", "10.1.1.2")
                        .target("10.1.1.1")
                        .bytes())
                .ethernet()
                .src("02:00:00:00:00:0a")
                .dst("ff:ff:ff:ff:ff:ff")
                .untagged()
                .arp()
                .request()
                .sender("02:00:00:00:00:0a", "10.1.1.2")
                .target("00:00:00:00:00:00", "10.1.1.1");
        assertFrame(Packets.arpReply().target("02:00:00:00:00:0b", "10.1.1.9").bytes())
                .arp()
                .reply()
                .target("02:00:00:00:00:0b", "10.1.1.9");
    }

    @Test
    void fragmentsMakeUpTheDatagram() {
        byte[] whole = Packets.udp().id(77).payloadBytes(100).bytes();
        List<byte[]> fragments = Packets.fragments(whole, 48);
        assertThat(fragments).hasSize(3);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            byte[] part = assertFrame(fragments.get(i))
                    .ipv4()
                    .id(77)
                    .fragment(48 * i, i < 2)
                    .checksumOk()
                    .payload();
            payload.writeBytes(part);
        }
        assertFrame(whole).ipv4().payload(payload.toByteArray());
        assertFrame(Packets.ipv4(17).fragment(48, true).payload(new byte[48]).bytes())
                .ipv4()
                .fragment(48, true)
                .checksumOk();
    }

    @Test
    void vxlanCarriesAFrame() {
        byte[] inner = Packets.udp().src("10.9.9.9").bytes();
        assertFrame(Packets.vxlan(0x123456, inner).bytes())
                .ipv4()
                .udp()
                .checksumOk()
                .vxlan(0x123456)
                .isEqualTo(inner)
                .ipv4()
                .src("10.9.9.9");
    }
}
