// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.Counters.AclCounter;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What access lists remember: TCP in mid-connection, changes of the rules, and everybody's share of the sessions. */
class AclStateTest {
    private static final IpPrefix ANY = IpPrefix.ANY_IPV4;
    private static final int CAPACITY = 4096;

    private final TestSwitch node = new TestSwitch();

    @AfterEach
    void close() {
        node.close();
    }

    private boolean clientSends(int from, int to, int flags) {
        return node.reachesServer(TestSwitch.tcp("10.1.1.2", from, "10.1.1.3", to, flags));
    }

    private boolean serverSends(int from, int to, int flags) {
        return node.reachesClient(TestSwitch.tcp("10.1.1.3", from, "10.1.1.2", to, flags));
    }

    private boolean clientSendsUdp(int from, int to) {
        return node.reachesServer(TestSwitch.udp("10.1.1.2", from, "10.1.1.3", to));
    }

    private boolean serverSendsUdp(int from, int to) {
        return node.reachesClient(TestSwitch.udp("10.1.1.3", from, "10.1.1.2", to));
    }

    private void connect() {
        assertThat(clientSends(40_000, 8080, Tcp.SYN)).isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.SYN | Tcp.ACK)).isTrue();
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.ACK)).isTrue();
    }

    private void changeServerRules(OnChange onChange, AclRule... rules) {
        SwitchConfig config = TestSwitch.config(List.of());
        List<AclConfig> acls = config.acls().stream()
                .map(acl -> acl.index() == 1 ? new AclConfig(1, "server", List.of(rules), onChange) : acl)
                .toList();
        node.vswitch.apply(new SwitchConfig(
                config.interfaces(),
                config.routes(),
                config.neighbors(),
                acls,
                config.nat(),
                config.endpoints(),
                config.firstAclSession()));
    }

    private static AclRule permit(int protocol, int port) {
        return AclRule.toPorts(AclAction.PERMIT, ANY, ANY, protocol, PortRange.of(port));
    }

    @Test
    void aPacketThatLooksLikeAnAnswerIsJudgedAsNew() {
        assertThat(clientSends(40_000, 9999, Tcp.ACK)).isFalse();
        assertThat(clientSends(40_000, 9999, Tcp.SYN | Tcp.ACK)).isFalse();
        assertThat(clientSends(40_000, 9999, Tcp.RST)).isFalse();
        assertThat(clientSends(40_000, 9999, Tcp.FIN | Tcp.ACK)).isFalse();
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).as("what a rule permits").isTrue();
    }

    @Test
    void anAckOutOfNowhereOpensNoWayIn() {
        assertThat(serverSends(9999, 40_000, Tcp.ACK)).as("may leave").isFalse();
        assertThat(node.vswitch.sessions().size(TestSwitch.SERVER)).isZero();
        assertThat(clientSends(40_000, 9999, Tcp.ACK)).isFalse();
        assertThat(clientSends(40_000, 9999, Tcp.SYN)).isFalse();
    }

    @Test
    void anAnswerToAPermittedSynMakesASession() {
        assertThat(clientSends(40_000, 8080, Tcp.SYN)).isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.SYN | Tcp.ACK)).isTrue();
        assertThat(node.vswitch.sessions().size(TestSwitch.SERVER)).isEqualTo(1);
    }

    @Test
    void resetsAndFinsMakeNoSession() {
        assertThat(clientSends(40_000, 8080, Tcp.FIN | Tcp.ACK)).isTrue();
        assertThat(clientSends(40_001, 8080, Tcp.RST)).isTrue();
        assertThat(node.vswitch.sessions().table().size()).isZero();
    }

    @Test
    void thePeerCannotOpenAConnectionThroughASession() {
        node.client.put(TestSwitch.tcp("10.1.1.2", 40_000, "10.1.1.3", 8080, Tcp.SYN));
        node.run();
        assertThat(serverSends(8080, 40_000, Tcp.SYN)).isFalse();
        assertThat(serverSends(8080, 40_000, Tcp.SYN | Tcp.ACK))
                .as("the session lives on")
                .isTrue();
    }

    @Test
    void adoptsConnectionsFromBeforeItsStartForATime() {
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.ACK))
                .as("the client's lists let nobody in")
                .isFalse();
        node.vswitch.adoptConnections(60);
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.ACK)).isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.SYN)).as("but opens nothing").isFalse();
        node.advanceSeconds(60);
        assertThat(clientSends(40_001, 8080, Tcp.ACK)).isTrue();
        assertThat(serverSends(8080, 40_001, Tcp.ACK)).isFalse();
    }

    @Test
    void endsASessionThatTheRulesNoLongerPermit() {
        connect();
        changeServerRules(OnChange.RE_EVALUATE, permit(Ipv4.PROTOCOL_TCP, 9090));
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isFalse();
        assertThat(node.vswitch.counters().acl(AclCounter.SESSION_REVOKED)).isEqualTo(1);
    }

    @Test
    void leavesASessionAloneThatTheRulesStillPermit() {
        connect();
        changeServerRules(OnChange.RE_EVALUATE, permit(Ipv4.PROTOCOL_UDP, 53), permit(Ipv4.PROTOCOL_TCP, 8080));
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.ACK)).isTrue();
        assertThat(node.vswitch.counters().acl(AclCounter.SESSION_REVOKED)).isZero();
    }

    @Test
    void leavesAConnectionAloneThatTheServerOpened() {
        changeServerRules(OnChange.RE_EVALUATE, permit(Ipv4.PROTOCOL_TCP, 8080));
        serverSends(50_000, 80, Tcp.SYN);
        assertThat(node.vswitch.sessions().openedByPeer(0)).isFalse();
        changeServerRules(OnChange.RE_EVALUATE);
        clientSends(80, 50_000, Tcp.SYN | Tcp.ACK);
        assertThat(node.vswitch.counters().acl(AclCounter.SESSION_REVOKED)).isZero();
    }

    @Test
    void keepsASessionWhenTheListSaysSo() {
        connect();
        changeServerRules(OnChange.KEEP);
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        node.advanceSeconds(3600);
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        assertThat(clientSends(40_001, 8080, Tcp.SYN)).as("a new connection").isFalse();
        changeServerRules(OnChange.RE_EVALUATE);
        assertThat(clientSends(40_000, 8080, Tcp.ACK))
                .as("kept until the list says otherwise")
                .isFalse();
    }

    @Test
    void drainsASessionForTheTimeThatTheListSays() {
        connect();
        changeServerRules(OnChange.drain(30));
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        node.advanceSeconds(20);
        changeServerRules(OnChange.drain(30), permit(Ipv4.PROTOCOL_TCP, 1));
        node.advanceSeconds(9);
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        assertThat(clientSends(40_001, 8080, Tcp.SYN)).as("a new connection").isFalse();
        node.advanceSeconds(1);
        assertThat(clientSends(40_000, 8080, Tcp.ACK))
                .as("a later change gives no more time")
                .isFalse();
    }

    @Test
    void aDrainingSessionThatIsPermittedAgainStays() {
        connect();
        changeServerRules(OnChange.drain(30));
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        changeServerRules(OnChange.drain(30), permit(Ipv4.PROTOCOL_TCP, 8080));
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        node.advanceSeconds(300);
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
    }

    @Test
    void endsAnAnsweredExchangeThatTheRulesNoLongerPermit() {
        changeServerRules(OnChange.RE_EVALUATE, permit(Ipv4.PROTOCOL_UDP, 53));
        assertThat(clientSendsUdp(5000, 53)).isTrue();
        assertThat(serverSendsUdp(53, 5000)).isTrue();
        assertThat(clientSendsUdp(5000, 53)).isTrue();
        changeServerRules(OnChange.RE_EVALUATE);
        assertThat(clientSendsUdp(5000, 53)).isFalse();
    }

    @Test
    void aSynFloodOfOnePodLeavesTheOthersTheirSessions() {
        connect();
        assertThat(serverSends(50_000, 80, Tcp.SYN)).isFalse();
        int serverSessions = node.vswitch.sessions().size(TestSwitch.SERVER);
        flood(3 * CAPACITY, i -> TestSwitch.tcp("10.1.1.2", 1024 + i, "10.1.1.3", 8080, Tcp.SYN));
        AclSessions sessions = node.vswitch.sessions();
        assertThat(sessions.size(TestSwitch.SERVER)).isEqualTo(serverSessions);
        assertThat(sessions.size(TestSwitch.CLIENT)).isLessThanOrEqualTo(CAPACITY / 2);
        assertThat(node.vswitch.counters().acl(AclCounter.SESSION_RECYCLED)).isGreaterThan(CAPACITY);
        assertThat(node.vswitch.counters().drops(DropReason.ACL_TOO_MANY_SESSIONS))
                .isZero();
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).as("established").isTrue();
        assertThat(serverSends(8080, 40_000, Tcp.ACK)).as("established").isTrue();
    }

    @Test
    void aUdpFloodOfOnePodLeavesTheOthersTheirSessions() {
        changeServerRules(OnChange.RE_EVALUATE, permit(Ipv4.PROTOCOL_UDP, 53), permit(Ipv4.PROTOCOL_TCP, 8080));
        connect();
        flood(3 * CAPACITY, i -> TestSwitch.udp("10.1.1.2", 1024 + i, "10.1.1.3", 53));
        assertThat(node.vswitch.sessions().size(TestSwitch.CLIENT)).isLessThanOrEqualTo(CAPACITY / 2);
        assertThat(clientSends(40_000, 8080, Tcp.ACK)).isTrue();
        flood(CAPACITY / 4, i -> TestSwitch.udp("10.1.1.3", 1024 + i, "172.30.1.2", 53));
        assertThat(node.vswitch.sessions().size(TestSwitch.SERVER)).isEqualTo(1 + CAPACITY / 4);
    }

    @Test
    void onlyOnesOwnConnectionsCountAgainstAPodThatHoldsThem() {
        for (int i = 0; i < CAPACITY / 2 + 10; i++) {
            clientSends(1024 + i, 8080, Tcp.SYN);
            serverSends(8080, 1024 + i, Tcp.SYN | Tcp.ACK);
            clientSends(1024 + i, 8080, Tcp.ACK);
        }
        AclSessions sessions = node.vswitch.sessions();
        int established = sessions.size(TestSwitch.CLIENT);
        assertThat(established).isLessThan(CAPACITY / 2);
        assertThat(clientSends(1024, 8080, Tcp.ACK)).as("the first connection").isTrue();
        assertThat(sessions.table().size()).isLessThan(CAPACITY);
    }

    private void flood(int count, java.util.function.IntFunction<byte[]> frame) {
        for (int i = 0; i < count; i++) {
            byte[] bytes = frame.apply(i);
            (bytes[29] == 2 ? node.client : node.server).put(bytes);
            if (i % 200 == 199) {
                node.run();
                node.server.take();
                node.client.take();
                node.host.take();
            }
        }
        node.run();
        node.server.take();
        node.client.take();
        node.host.take();
    }
}
