// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import static io.tapline.testkit.FrameAssert.assertFrame;
import static io.tapline.testkit.FrameAssert.assertPacket;
import static io.tapline.testkit.TcpFlags.ACK;
import static io.tapline.testkit.TcpFlags.SYN;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every assertion must be able to fail. */
final class FrameAssertTest {
    private static final byte[] TCP =
            Packets.tcp().src("10.0.0.1", 1).dst("10.0.0.2", 2).bytes();
    private static final byte[] UDP = Packets.udp().payload("abc").bytes();
    private static final byte[] ECHO = Packets.echoRequest().bytes();
    private static final byte[] ARP = Packets.arpRequest().bytes();

    static Stream<Named<ThrowingCallable>> falseClaims() {
        return Stream.of(
                claim("length", () -> assertFrame(TCP).length(1)),
                claim("bytes", () -> assertFrame(TCP).isEqualTo(UDP)),
                claim("source MAC", () -> assertFrame(TCP).ethernet().src("00:00:00:00:00:00")),
                claim("destination MAC", () -> assertFrame(TCP).ethernet().dst(1L)),
                claim("type", () -> assertFrame(TCP).ethernet().type(0x86dd)),
                claim("tag", () -> assertFrame(TCP).ethernet().vlan(0)),
                claim(
                        "VLAN",
                        () -> assertFrame(Packets.tcp().vlan(7).bytes())
                                .ethernet()
                                .vlan(8)),
                claim(
                        "untagged",
                        () -> assertFrame(Packets.tcp().vlan(7).bytes())
                                .ethernet()
                                .untagged()),
                claim("ARP for IPv4", () -> assertFrame(ARP).ipv4()),
                claim("IPv4 for ARP", () -> assertFrame(TCP).arp()),
                claim("ARP reply", () -> assertFrame(ARP).arp().reply()),
                claim("ARP sender", () -> assertFrame(ARP).arp().sender("02:fe:00:00:00:01", "10.1.1.3")),
                claim("ARP target", () -> assertFrame(ARP).arp().target("02:fe:00:00:00:01", "10.1.1.1")),
                claim("IP source", () -> assertFrame(TCP).ipv4().src("10.0.0.9")),
                claim("IP destination", () -> assertFrame(TCP).ipv4().dst(9)),
                claim("TTL", () -> assertFrame(TCP).ipv4().ttl(63)),
                claim("TOS", () -> assertFrame(TCP).ipv4().tos(1)),
                claim("id", () -> assertFrame(TCP).ipv4().id(1)),
                claim("protocol", () -> assertFrame(TCP).ipv4().protocol(17)),
                claim("total length", () -> assertFrame(TCP).ipv4().totalLength(41)),
                claim("options", () -> assertFrame(TCP).ipv4().options(1)),
                claim("DF", () -> assertFrame(TCP).ipv4().dontFragment()),
                claim(
                        "no DF",
                        () -> assertFrame(Packets.tcp().dontFragment().bytes())
                                .ipv4()
                                .mayFragment()),
                claim("fragment", () -> assertFrame(TCP).ipv4().fragment(0, true)),
                claim(
                        "not fragment",
                        () -> assertFrame(Packets.ipv4(6).fragment(8, false).bytes())
                                .ipv4()
                                .notFragment()),
                claim("IP checksum bad", () -> assertFrame(TCP).ipv4().checksumBad()),
                claim(
                        "IP checksum",
                        () -> assertFrame(Packets.tcp().badIpChecksum().bytes())
                                .ipv4()
                                .checksumOk()),
                claim("IP payload", () -> assertFrame(TCP).ipv4().payload(new byte[0])),
                claim("UDP for TCP", () -> assertFrame(TCP).ipv4().udp()),
                claim(
                        "TCP in a later fragment",
                        () -> assertFrame(Packets.ipv4(6)
                                        .fragment(8, false)
                                        .payload(new byte[40])
                                        .bytes())
                                .ipv4()
                                .tcp()));
    }

    static Stream<Named<ThrowingCallable>> falseClaimsAboutTransports() {
        return Stream.of(
                claim("TCP source", () -> assertFrame(TCP).ipv4().tcp().srcPort(9)),
                claim("TCP destination", () -> assertFrame(TCP).ipv4().tcp().dstPort(9)),
                claim("seq", () -> assertFrame(TCP).ipv4().tcp().seq(9)),
                claim("ack", () -> assertFrame(TCP).ipv4().tcp().ack(9)),
                claim("flags", () -> assertFrame(TCP).ipv4().tcp().flags(SYN | ACK)),
                claim("window", () -> assertFrame(TCP).ipv4().tcp().window(9)),
                claim("MSS", () -> assertFrame(TCP).ipv4().tcp().mss(1460)),
                claim("TCP payload", () -> assertFrame(TCP).ipv4().tcp().payload(new byte[1])),
                claim("TCP bad", () -> assertFrame(TCP).ipv4().tcp().checksumBad()),
                claim("TCP partial", () -> assertFrame(TCP).ipv4().tcp().checksumPartial()),
                claim(
                        "TCP complete",
                        () -> assertFrame(Packets.tcp().partialChecksum().bytes())
                                .ipv4()
                                .tcp()
                                .checksumOk()),
                claim("ports", () -> assertFrame(TCP).ipv4().ports(1, 3)),
                claim("UDP source", () -> assertFrame(UDP).ipv4().udp().srcPort(9)),
                claim("UDP destination", () -> assertFrame(UDP).ipv4().udp().dstPort(9)),
                claim("UDP length", () -> assertFrame(UDP).ipv4().udp().length(9)),
                claim(
                        "UDP own length",
                        () -> assertFrame(Packets.udp().claimUdpLength(9).bytes())
                                .ipv4()
                                .udp()
                                .lengthOk()),
                claim("UDP has one", () -> assertFrame(UDP).ipv4().udp().noChecksum()),
                claim(
                        "UDP has none",
                        () -> assertFrame(Packets.udp().noChecksum().bytes())
                                .ipv4()
                                .udp()
                                .checksumOk()),
                claim("UDP bad", () -> assertFrame(UDP).ipv4().udp().checksumBad()),
                claim("UDP partial", () -> assertFrame(UDP).ipv4().udp().checksumPartial()),
                claim("UDP payload", () -> assertFrame(UDP).ipv4().udp().payload(new byte[3])),
                claim("VXLAN port", () -> assertFrame(UDP).ipv4().udp().vxlan(1)),
                claim(
                        "VNI",
                        () -> assertFrame(Packets.vxlan(1, TCP).bytes())
                                .ipv4()
                                .udp()
                                .vxlan(2)),
                claim("ICMP type", () -> assertFrame(ECHO).ipv4().icmp().echoReply()),
                claim("ICMP code", () -> assertFrame(ECHO).ipv4().icmp().code(1)),
                claim("ICMP id", () -> assertFrame(ECHO).ipv4().icmp().identifier(1)),
                claim("ICMP sequence", () -> assertFrame(ECHO).ipv4().icmp().sequence(1)),
                claim("ICMP MTU", () -> assertFrame(ECHO).ipv4().icmp().mtu(1)),
                claim("ICMP bad", () -> assertFrame(ECHO).ipv4().icmp().checksumBad()),
                claim(
                        "ICMP checksum",
                        () -> assertFrame(Packets.echoRequest().badChecksum().bytes())
                                .ipv4()
                                .icmp()
                                .checksumOk()),
                claim("ICMP payload", () -> assertFrame(ECHO).ipv4().icmp().payload(new byte[1])),
                claim("quote", () -> assertFrame(ECHO).ipv4().icmp().quoted()));
    }

    @ParameterizedTest
    @MethodSource({"falseClaims", "falseClaimsAboutTransports"})
    void falseClaimFailsAndShowsTheFrame(ThrowingCallable claim) {
        assertThatThrownBy(claim)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("in frame of")
                .hasMessageContaining("0000  ");
    }

    @Test
    void truncatedFrameFailsAsAnAssertion() {
        for (byte[] whole : new byte[][] {TCP, UDP, ECHO, ARP}) {
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> {
                            if (Arrays.equals(whole, ARP)) {
                                assertFrame(cut).arp();
                            } else {
                                assertFrame(cut).ipv4();
                            }
                        })
                        .isInstanceOf(AssertionError.class);
            }
        }
    }

    @Test
    void randomBytesFailAsAnAssertionOrPass() {
        Property.holds("assertions are total", 5000, draw -> {
            byte[] packet = draw.bytes(0, 120);
            try {
                Ipv4Assert ip = assertPacket(packet).checksumOk();
                ip.tcp().checksumOk();
            } catch (AssertionError expected) {
                // Any other exception fails the property.
            }
        });
    }

    private static Named<ThrowingCallable> claim(String name, ThrowingCallable claim) {
        return Named.of(name, claim);
    }
}
