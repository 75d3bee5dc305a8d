// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.testkit.IcmpBuilder;
import io.tapline.testkit.Packets;
import io.tapline.testkit.TcpBuilder;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Tcp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwitchTest {
    private final TestSwitch node = new TestSwitch();

    @AfterEach
    void close() {
        node.close();
    }

    private static TcpBuilder fromClient(int port, int flags) {
        return Packets.tcp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", 40_000)
                .dst("10.1.1.3", port)
                .flags(flags);
    }

    private static TcpBuilder fromServer(int flags) {
        return Packets.tcp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.3", 8080)
                .dst("10.1.1.2", 40_000)
                .flags(flags);
    }

    private static IcmpBuilder pingFromClient(String to) {
        return Packets.echoRequest()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2")
                .dst(to)
                .identifier(7);
    }

    private void sendFromClient(byte[] frame) {
        node.client.put(frame);
        node.run();
    }

    private void sendFromServer(byte[] frame) {
        node.server.put(frame);
        node.run();
    }

    @Test
    void forwardsPermittedConnectionAndItsReplies() {
        sendFromClient(fromClient(8080, Tcp.SYN).bytes());
        assertFrame(node.server.take().getFirst())
                .ethernet()
                .src(TestSwitch.SWITCH_MAC)
                .dst(TestSwitch.POD_MAC)
                .ipv4()
                .ttl(63)
                .checksumOk()
                .tcp()
                .flags(Tcp.SYN)
                .checksumOk();
        sendFromServer(fromServer(Tcp.SYN | Tcp.ACK).bytes());
        assertThat(node.client.take()).hasSize(1);
    }

    @Test
    void dropsWhatNoRulePermits() {
        sendFromClient(fromClient(22, Tcp.SYN).bytes());
        assertThat(node.server.take()).isEmpty();
        assertThat(node.vswitch.counters().drops(DropReason.ACL_DENY)).isEqualTo(1);
        assertThat(node.vswitch.counters().portDrops(TestSwitch.CLIENT, DropReason.ACL_DENY))
                .isEqualTo(1);
    }

    @Test
    void answersEchoToOwnAddress() {
        sendFromClient(pingFromClient("10.1.1.1").bytes());
        assertFrame(node.client.take().getFirst())
                .ipv4()
                .src("10.1.1.1")
                .dst("10.1.1.2")
                .checksumOk()
                .icmp()
                .echoReply()
                .identifier(7)
                .checksumOk();
    }

    @Test
    void reportsExpiredTtlToTheSender() {
        byte[] frame = fromClient(8080, Tcp.SYN).ttl(1).bytes();
        sendFromClient(frame);
        assertFrame(node.client.take().getFirst())
                .ipv4()
                .src("10.1.1.1")
                .checksumOk()
                .icmp()
                .type(Icmpv4.TIME_EXCEEDED)
                .checksumOk()
                .quoted()
                .src("10.1.1.2")
                .dst("10.1.1.3");
        assertThat(node.vswitch.counters().drops(DropReason.IP4_TTL_EXPIRED)).isEqualTo(1);
    }

    @Test
    void tellsTheSenderThatNobodyListensOnTheSwitch() {
        sendFromClient(Packets.udp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", 5000)
                .dst("10.1.1.1", 53)
                .bytes());
        assertFrame(node.client.take().getFirst())
                .ipv4()
                .icmp()
                .type(Icmpv4.UNREACHABLE)
                .code(Icmpv4.CODE_PORT_UNREACHABLE);
    }

    @Test
    void findsTheHostByArpAndThenSendsWhatWaited() {
        sendFromClient(pingFromClient("172.30.1.2").bytes());
        List<byte[]> asked = node.host.take();
        assertThat(asked).hasSize(1);
        assertFrame(asked.getFirst()).arp().request().target("00:00:00:00:00:00", "172.30.1.2");
        assertThat(node.vswitch.framesHeld()).isEqualTo(1);
        node.host.put(Packets.arpReply()
                .srcMac(TestSwitch.HOST_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                .target(TestSwitch.SWITCH_MAC, "172.30.1.1")
                .bytes());
        node.run();
        assertFrame(node.host.take().getFirst())
                .ethernet()
                .dst(TestSwitch.HOST_MAC)
                .ipv4()
                .icmp()
                .echoRequest();
        assertThat(node.vswitch.framesHeld()).isZero();
    }

    @Test
    void answersAHostThatAsksWithAnAddressOfAnotherInterface() {
        node.host.put(Packets.arpRequest()
                .srcMac(TestSwitch.HOST_MAC)
                .sender(TestSwitch.HOST_MAC, "192.0.2.7")
                .target("00:00:00:00:00:00", "172.30.1.1")
                .bytes());
        node.run();
        assertFrame(node.host.take().getFirst()).arp().reply().target(TestSwitch.HOST_MAC, "192.0.2.7");
        assertThat(node.vswitch.neighbors().find(TestSwitch.HOST, IpAddress.parseIpv4("192.0.2.7")))
                .as("nothing is learnt of it")
                .isEqualTo(Neighbors.NONE);
    }

    @Test
    void givesUpANeighbourThatDoesNotAnswerAndSaysSo() {
        sendFromClient(pingFromClient("172.30.1.9").bytes());
        for (int i = 0; i < 4; i++) {
            node.advanceSeconds(2);
        }
        assertThat(node.host.take()).hasSize(3);
        assertFrame(node.client.take().getFirst())
                .ipv4()
                .icmp()
                .type(Icmpv4.UNREACHABLE)
                .code(Icmpv4.CODE_HOST_UNREACHABLE);
        assertThat(node.vswitch.counters().drops(DropReason.ARP_UNRESOLVED)).isEqualTo(1);
    }

    @Test
    void establishedSessionOutlivesTheTransientTimeoutOnBothInterfaces() {
        sendFromClient(fromClient(8080, Tcp.SYN).bytes());
        sendFromServer(fromServer(Tcp.SYN | Tcp.ACK).bytes());
        sendFromClient(fromClient(8080, Tcp.ACK).bytes());
        sendFromServer(fromServer(Tcp.ACK).bytes());
        node.client.take();
        AclSessions sessions = node.vswitch.sessions();
        assertThat(sessions.table().size()).isEqualTo(2);
        assertThat(sessions.timeoutClass(0)).isEqualTo(AclSessions.TCP_IDLE);
        assertThat(sessions.timeoutClass(1)).isEqualTo(AclSessions.TCP_IDLE);
        node.advanceSeconds(3600);
        sendFromServer(fromServer(Tcp.ACK).bytes());
        assertThat(node.client.take()).hasSize(1);
    }

    @Test
    void halfOpenSessionEndsWithTheTransientTimeout() {
        sendFromClient(fromClient(8080, Tcp.SYN).bytes());
        node.advanceSeconds(120);
        sendFromServer(fromServer(Tcp.SYN | Tcp.ACK).bytes());
        assertThat(node.client.take()).isEmpty();
    }

    @Test
    void echoRepliesMatchTheirRequestsOnly() {
        sendFromClient(pingFromClient("10.1.1.3").bytes());
        assertThat(node.server.take()).hasSize(1);
        IcmpBuilder reply = Packets.echoReply()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.3")
                .dst("10.1.1.2");
        sendFromServer(reply.identifier(7).bytes());
        assertThat(node.client.take()).hasSize(1);
        sendFromServer(reply.identifier(8).bytes());
        assertThat(node.client.take()).isEmpty();
    }

    @Test
    void errorsAboutAPermittedConnectionPass() {
        byte[] request = fromClient(8080, Tcp.SYN).bytes();
        sendFromClient(request);
        byte[] forwarded = node.server.take().getFirst();
        IcmpBuilder error = Packets.icmp(Icmpv4.UNREACHABLE, Icmpv4.CODE_FRAGMENTATION_NEEDED)
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.3")
                .dst("10.1.1.2")
                .mtu(1400);
        sendFromServer(error.quote(forwarded, 28).bytes());
        assertThat(node.client.take()).hasSize(1);
        byte[] unrelated = fromClient(9999, Tcp.SYN).bytes();
        sendFromServer(error.quote(unrelated, 28).bytes());
        assertThat(node.client.take()).isEmpty();
    }

    @Test
    void refusesABadConfigurationAndKeepsTheOldOne() {
        InterfaceConfig bad = InterfaceConfig.of(5, "tap9", 2).withAcls(List.of(42), List.of());
        SwitchConfig config =
                new SwitchConfig(List.of(bad), List.of(), List.of(), List.of(), new NatConfig(true), List.of(), 0);
        assertThatThrownBy(() -> node.vswitch.apply(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("tap9")
                .hasMessageContaining("42");
        sendFromClient(fromClient(8080, Tcp.SYN).bytes());
        assertThat(node.server.take()).hasSize(1);
    }
}
