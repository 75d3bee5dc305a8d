// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TextFormat;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.testkit.Packets;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Lists that packets carry to where they leave, and what sessions they leave behind. The client and the server are
 * isolated both ways, as by policies: each has an ingress list at its way out of the switch and an egress list that its
 * packets carry.
 */
class SenderListTest {
    private static final IpPrefix ANY = IpPrefix.ANY_IPV4;
    private static final int REFLECTION = 0;
    private static final int TO_SERVER = 1;
    private static final int TO_CLIENT = 2;
    private static final int FROM_CLIENT = 3;
    private static final int FROM_SERVER = 4;

    private final TestSwitch node = new TestSwitch();

    @BeforeEach
    void isolateBoth() {
        apply(List.of(udp(53), tcp(8080)), List.of(udp(53), tcp(8080), tcp(9999)));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static AclRule udp(int port) {
        return AclRule.toPorts(AclAction.PERMIT_REFLECT, ANY, ANY, Ipv4.PROTOCOL_UDP, PortRange.of(port));
    }

    private static AclRule tcp(int port) {
        return AclRule.toPorts(AclAction.PERMIT_REFLECT, ANY, ANY, Ipv4.PROTOCOL_TCP, PortRange.of(port));
    }

    private void apply(List<AclRule> toServer, List<AclRule> fromClient) {
        SwitchConfig base = TestSwitch.config(List.of());
        List<InterfaceConfig> interfaces = base.interfaces().stream()
                .map(iface -> switch (iface.index()) {
                    case TestSwitch.CLIENT ->
                        iface.withAcls(List.of(REFLECTION), List.of(TO_CLIENT)).withSenderAcls(List.of(FROM_CLIENT));
                    case TestSwitch.SERVER ->
                        iface.withAcls(List.of(REFLECTION), List.of(TO_SERVER)).withSenderAcls(List.of(FROM_SERVER));
                    default -> iface;
                })
                .toList();
        AclRule reflect = AclRule.any(AclAction.PERMIT_REFLECT, ANY, ANY);
        List<AclConfig> acls = List.of(
                new AclConfig(REFLECTION, "reflection", List.of(reflect)),
                new AclConfig(TO_SERVER, "ingress of server", toServer),
                new AclConfig(TO_CLIENT, "ingress of client", List.of()),
                new AclConfig(FROM_CLIENT, "egress of client", fromClient),
                new AclConfig(FROM_SERVER, "egress of server", List.of()));
        node.vswitch.apply(
                new SwitchConfig(interfaces, base.routes(), base.neighbors(), acls, base.nat(), base.endpoints(), 0));
    }

    private boolean clientUdp() {
        return node.reachesServer(TestSwitch.udp("10.1.1.2", 5000, "10.1.1.3", 53));
    }

    private boolean serverUdp() {
        return node.reachesClient(TestSwitch.udp("10.1.1.3", 53, "10.1.1.2", 5000));
    }

    private boolean clientTcp(int port, int flags) {
        return node.reachesServer(TestSwitch.tcp("10.1.1.2", 40_000, "10.1.1.3", port, flags));
    }

    private boolean serverTcp(int port, int flags) {
        return node.reachesClient(TestSwitch.tcp("10.1.1.3", port, "10.1.1.2", 40_000, flags));
    }

    private int sessions() {
        return node.vswitch.sessions().table().size();
    }

    @Test
    void answersPassToAPeerThatHasNoListsAndSoNoSession() {
        SwitchConfig base = TestSwitch.config(List.of());
        List<InterfaceConfig> interfaces = base.interfaces().stream()
                .map(iface -> iface.withAcls(List.of(), List.of()))
                .map(iface -> iface.index() == TestSwitch.SERVER
                        ? iface.withAcls(List.of(REFLECTION), List.of(REFLECTION))
                                .withSenderAcls(List.of(FROM_SERVER))
                        : iface)
                .toList();
        AclRule reflect = AclRule.any(AclAction.PERMIT_REFLECT, ANY, ANY);
        List<AclConfig> acls = List.of(
                new AclConfig(REFLECTION, "reflection", List.of(reflect)),
                new AclConfig(FROM_SERVER, "egress of server", List.of()));
        node.vswitch.apply(
                new SwitchConfig(interfaces, base.routes(), base.neighbors(), acls, base.nat(), base.endpoints(), 0));
        assertThat(clientUdp()).isTrue();
        assertThat(serverUdp()).as("the server may answer").isTrue();
        assertThat(serverTcp(8080, Tcp.SYN)).as("but open nothing").isFalse();
    }

    @Test
    void bothEndsMustPermit() {
        assertThat(clientTcp(8080, Tcp.SYN)).as("both permit").isTrue();
        assertThat(clientTcp(9999, Tcp.SYN))
                .as("only the sender's list permits")
                .isFalse();
        apply(List.of(tcp(8080), tcp(22)), List.of(tcp(8080)));
        assertThat(clientTcp(22, Tcp.SYN))
                .as("only the receiver's list permits")
                .isFalse();
    }

    @Test
    void answersPassThoughNeitherEndMayOpenTheOtherWay() {
        assertThat(clientTcp(8080, Tcp.SYN)).isTrue();
        assertThat(serverTcp(8080, Tcp.SYN | Tcp.ACK)).isTrue();
        assertThat(clientTcp(8080, Tcp.ACK)).isTrue();
        assertThat(clientUdp()).isTrue();
        assertThat(serverUdp()).isTrue();
    }

    @Test
    void listsGoWithThePacketToInterfacesWithoutLists() {
        byte[] ssh = TestSwitch.tcp("10.1.1.2", 40_000, "172.30.1.2", 22, Tcp.SYN);
        byte[] web = TestSwitch.tcp("10.1.1.2", 40_000, "172.30.1.2", 8080, Tcp.SYN);
        node.host.put(arpFromHost());
        node.run();
        node.host.take();
        node.client.put(ssh);
        node.run();
        assertThat(node.host.take()).isEmpty();
        node.client.put(web);
        node.run();
        assertThat(node.host.take()).hasSize(1);
    }

    private static byte[] arpFromHost() {
        return Packets.arpRequest()
                .srcMac(TestSwitch.HOST_MAC)
                .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                .target("172.30.1.1")
                .bytes();
    }

    @Test
    void aDeniedPacketLeavesNoSession() {
        assertThat(clientTcp(9999, Tcp.SYN)).isFalse();
        node.server.put(TestSwitch.udp("10.1.1.3", 53, "10.1.1.2", 7000));
        node.run();
        assertThat(node.client.take()).isEmpty();
        assertThat(sessions()).isZero();
    }

    @Test
    void aRevokedConnectionStaysDeadThoughTheResponderSpeaksFirst() {
        assertThat(clientUdp()).isTrue();
        assertThat(serverUdp()).isTrue();
        apply(List.of(tcp(8080)), List.of(udp(53), tcp(8080)));
        assertThat(serverUdp())
                .as("the responder, of a connection that is no more")
                .isFalse();
        assertThat(clientUdp()).isFalse();
        assertThat(serverUdp()).isFalse();
        assertThat(sessions()).isZero();
    }

    @Test
    void aRevokedConnectionStaysDeadThoughTheInitiatorSpeaksFirst() {
        assertThat(clientUdp()).isTrue();
        assertThat(serverUdp()).isTrue();
        apply(List.of(tcp(8080)), List.of(udp(53), tcp(8080)));
        assertThat(clientUdp()).isFalse();
        assertThat(serverUdp()).isFalse();
        assertThat(sessions()).isZero();
    }

    @Test
    void aChangeOfTheSendersListRevokesToo() {
        assertThat(clientUdp()).isTrue();
        assertThat(serverUdp()).isTrue();
        apply(List.of(udp(53), tcp(8080)), List.of(tcp(8080)));
        assertThat(serverUdp())
                .as("the responder's interface knows whose list let the connection pass")
                .isFalse();
        assertThat(serverUdp()).as("nor does it get through by trying again").isFalse();
        assertThat(clientUdp()).isFalse();
        assertThat(sessions()).isZero();
    }

    @Test
    void aChangeThatStillPermitsCutsNothing() {
        assertThat(clientTcp(8080, Tcp.SYN)).isTrue();
        assertThat(serverTcp(8080, Tcp.SYN | Tcp.ACK)).isTrue();
        apply(List.of(tcp(443), tcp(8080)), List.of(tcp(443), tcp(8080)));
        assertThat(serverTcp(8080, Tcp.ACK)).isTrue();
        assertThat(clientTcp(8080, Tcp.ACK)).isTrue();
        assertThat(sessions()).isEqualTo(2);
    }

    @Test
    void anAnswerOutOfNowhereOpensNothing() {
        assertThat(serverTcp(8080, Tcp.SYN | Tcp.ACK)).isFalse();
        assertThat(serverUdp()).isFalse();
        assertThat(sessions()).isZero();
    }

    @Test
    void theTraceNamesTheListThatDenied() {
        node.vswitch.armNow(TraceFilter.ALL, 1);
        assertThat(clientTcp(22, Tcp.SYN)).isFalse();
        PacketTrace trace = node.vswitch.traces().getFirst();
        assertThat(TextFormat.format(trace, node.vswitch.generation().config()))
                .contains("deny: no rule of list 3 \"egress of client\" carried from tap1 matches");
    }
}
