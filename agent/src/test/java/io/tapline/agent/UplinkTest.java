// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.view.Check;
import io.tapline.control.node.NodePlanner;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.linux.Epoll;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.PacketSocket;
import io.tapline.linux.SocketFilter;
import io.tapline.source.ManifestReader;
import io.tapline.source.Manifests;
import io.tapline.wire.IpPrefix;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The card that switch and host share, with the agent alive and without. */
class UplinkTest {
    private static final int MEGABYTES = 8 << 20;
    private TestNode node;
    private Sockets sockets;

    @BeforeEach
    void start() {
        node = TestNode.startWithUplink("");
        sockets = new Sockets(node);
        node.add("a");
        sockets.serveTcp("outside", 8081);
        sockets.serveUdp("outside", 8081);
        sockets.serveTcp("host", 7000);
        sockets.serveTcp("a", 8080);
    }

    @AfterEach
    void close() {
        if (node != null) {
            sockets.close();
            node.close();
        }
    }

    @Test
    void podsReachTheOutsideUnderTheNodesAddress() {
        assertThat(pings("a", TestNode.FAR)).contains("3 received").doesNotContain("DUP");
        assertThat(sockets.tcp("a", TestNode.ROUTER, 8081)).isEqualTo("outside " + TestNode.NODE);
        assertThat(sockets.tcp("a", TestNode.FAR, 8081)).isEqualTo("outside " + TestNode.NODE);
        assertThat(sockets.tcp("a", TestNode.FAR, 8082)).isEqualTo(Sockets.REFUSED);
        assertThat(sockets.udp("a", TestNode.FAR, 8082)).as("by ICMP").isEqualTo(Sockets.REFUSED);
        assertThat(sockets.tcp("a", TestNode.NODE, 7000)).isEqualTo("host 10.1.1.2");
    }

    @Test
    void theHostKeepsItsCard() {
        assertThat(pings("host", TestNode.FAR)).contains("3 received").doesNotContain("DUP");
        assertThat(pings("outside", TestNode.NODE)).contains("3 received").doesNotContain("DUP");
        assertThat(sockets.tcp("host", TestNode.FAR, 8081)).isEqualTo("outside " + TestNode.NODE);
        assertThat(sockets.tcp("outside", TestNode.NODE, 7000)).isEqualTo("host " + TestNode.ROUTER);
        assertThat(sockets.tcp("outside", TestNode.NODE, 7001)).isEqualTo(Sockets.REFUSED);
        assertThat(sockets.tcp("host", "10.1.1.2", 8080)).isEqualTo("a 172.30.1.2");
    }

    private String pings(String from, String to) {
        return node.output(from, "ping", "-n", "-c", "3", "-i", "0.1", to);
    }

    @Test
    void largeTransfersArriveWholeBothWays() throws IOException {
        transfer(TestNode.FAR);
    }

    private void transfer(String to) throws IOException {
        try (SocketChannel client = sockets.in("a", SocketChannel::open)) {
            client.connect(new InetSocketAddress(to, 8081));
            Sockets.echoes(client, MEGABYTES);
        }
    }

    @Test
    void withoutAnAgentTheNodeIsReachableAndPodsAreBackWithTheNextOne() throws IOException {
        node.stop();
        assertThat(pings("outside", TestNode.NODE)).contains("3 received");
        assertThat(sockets.tcp("outside", TestNode.NODE, 7000)).isEqualTo("host " + TestNode.ROUTER);
        assertThat(sockets.tcp("host", TestNode.FAR, 8081)).isEqualTo("outside " + TestNode.NODE);
        assertThat(sockets.tcpShort("outside", TestNode.NODE, 61_500))
                .as("an answer to a pod is not refused")
                .isEqualTo(Sockets.SILENCE);
        node.startAgain();
        assertThat(sockets.tcp("a", TestNode.FAR, 8081)).isEqualTo("outside " + TestNode.NODE);
    }

    @Test
    void withoutAnUplinkTheHostsRulesAreTakenBack() throws IOException {
        assertThat(node.output("host", "ip", "rule"))
                .contains("51:\tfrom all to 192.168.16.1 iif eth0 ipproto tcp dport 30000-32767 blackhole")
                .contains("52:\tfrom all to 192.168.16.1 iif lo ipproto udp dport 30000-32767 lookup 4789")
                .contains("100:\tfrom all lookup local")
                .doesNotContain("0:\tfrom all lookup local\n51");
        node.stop();
        String config = Files.readString(node.configFile());
        Files.writeString(node.configFile(), config.replace("uplink: {interface: eth0}", ""));
        node.startAgain();
        assertThat(node.output("host", "ip", "rule").lines())
                .containsExactly(
                        "0:\tfrom all lookup local", "32766:\tfrom all lookup main", "32767:\tfrom all lookup default");
        assertThat(sockets.tcp("outside", TestNode.NODE, 7000)).isEqualTo("host " + TestNode.ROUTER);
    }

    @Test
    void aComparisonFollowsAddressesRoutesAndRulesOfTheHost() {
        assertThat(node.agent().node().resync("test")).isEmpty();
        node.output("host", "ip", "addr", "add", "192.168.16.77/24", "dev", "eth0");
        node.output("host", "ip", "rule", "del", "priority", "51", "ipproto", "tcp", "dport", "61000-65534");
        assertThat(node.agent().node().resync("test")).contains("the host's addresses or routes have changed");
        assertThat(node.output("host", "ip", "rule"))
                .contains("to 192.168.16.77 iif eth0 ipproto tcp dport 30000-32767")
                .contains("to 192.168.16.1 iif eth0 ipproto tcp dport 61000-65534");
        assertThat(sockets.tcp("a", "192.168.16.77", 7000)).isEqualTo("host 10.1.1.2");
        assertThat(node.agent().node().resync("test")).isEmpty();
        node.output("host", "ip", "rule", "del", "priority", "51", "ipproto", "tcp", "dport", "61000-65534");
        assertThat(node.agent().node().resync("test"))
                .singleElement()
                .asString()
                .contains("was missing");
    }

    @Test
    void warnsOfPortsThatTheHostTakesForItself() {
        assertThat(uplinkCheck().state()).isEqualTo(Check.State.OK);
        node.output("host", "sysctl", "-w", "net.ipv4.ip_local_port_range=32768 61009");
        assertThat(uplinkCheck().state()).isEqualTo(Check.State.WARNING);
        assertThat(uplinkCheck().message())
                .isEqualTo("the host may take 10 ports of uplink.sourceNatPorts 61000-65534, such as 61000, for"
                        + " connections of its own, whose answers the switch would get; move uplink.sourceNatPorts, or"
                        + " 'sysctl net.ipv4.ip_local_reserved_ports=61000-65534'"
                        + " (net.ipv4.ip_local_port_range is 32768 to 61009)");
        node.output("host", "sysctl", "-w", "net.ipv4.ip_local_reserved_ports=61000-65534");
        assertThat(uplinkCheck().state()).as("once reserved").isEqualTo(Check.State.OK);
        node.output("host", "sysctl", "-w", "net.ipv4.ip_local_port_range=32000 60999");
        assertThat(uplinkCheck().message()).contains("768 ports of uplink.nodePorts 30000-32767, such as 32000");
    }

    private Check uplinkCheck() {
        return node.agent().views().status().checks().stream()
                .filter(check -> check.name().equals("uplink"))
                .findFirst()
                .orElseThrow();
    }

    /** Every pod admits the NAT loopback, which stands for the pod itself. */
    @Test
    void theOutsideCannotPretendToBeThePodItself() {
        Manifests isolated = ManifestReader.parse("isolated.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {namespace: test, name: a}
                spec: {containers: [{name: c, image: i}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {namespace: test, name: nobody}
                spec: {podSelector: {}, policyTypes: [Ingress]}
                """);
        node.agent().node().declare(isolated.intent(), "the pod is isolated");
        SwitchConfig config = node.agent().node().vswitch().generation().config();
        assertThat(config.interfaces())
                .filteredOn(iface -> iface.index() == NodePlanner.UPLINK_INTERFACE)
                .singleElement()
                .satisfies(iface -> assertThat(config.acls())
                        .filteredOn(acl -> iface.inputAcls().contains(acl.index()))
                        .anySatisfy(acl -> assertThat(acl.rules().getFirst()).satisfies(rule -> {
                            assertThat(rule.source()).isEqualTo(IpPrefix.parse("10.1.1.254/32"));
                            assertThat(rule.action()).isEqualTo(AclAction.DENY);
                        })));
    }

    @Test
    void theOutsideSeesNoAddressOfAPod() {
        SocketFilter fromPods = SocketFilter.of(program -> {
            program.loadHalf(14 + 12);
            program.ifEqual(10 << 8 | 1, SocketFilter.Builder::accept);
        });
        try (NetworkNamespace outside = NetworkNamespace.open(Path.of(node.netns("outside")));
                PacketSocket wire = outside.call(() -> PacketSocket.open("wire", fromPods));
                Epoll epoll = Epoll.open(1)) {
            epoll.add(wire.fd(), Epoll.READABLE, 0);
            assertThat(sockets.tcp("a", TestNode.FAR, 8081)).isEqualTo("outside " + TestNode.NODE);
            assertThat(pings("a", TestNode.FAR)).contains("3 received");
            assertThat(epoll.poll()).isZero();
        }
    }
}
