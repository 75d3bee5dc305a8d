// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.node.FaultPoint;
import io.tapline.agent.view.AclView;
import io.tapline.agent.view.Check;
import io.tapline.model.Intent;
import io.tapline.source.ManifestReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies on the node itself and on a pod in its host network, by real connections. */
class HostPolicyTest {
    private static final String FRIEND = "10.1.1.2";
    private static final String LINK = "172.30.1.2";
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: Node
            metadata: {name: w1, labels: {role: worker}}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: test}
            ---
            """ + TestNode.pods("friend", "stranger") + """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: proxy, labels: {app: proxy}}
            spec:
              nodeName: w1
              hostNetwork: true
              containers: [{name: c, image: i, ports: [{name: web, containerPort: 8443}]}]
            status: {phase: Running, podIPs: [{ip: 192.168.16.1}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {namespace: test, name: proxy}
            spec:
              clusterIP: 10.96.0.10
              selector: {app: proxy}
              ports: [{port: 80, targetPort: web}]
            """;
    private static final String NODE_OPENS_7000_TO_FRIENDS = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: tapline-hosts, name: web}
            spec:
              podSelector: {matchLabels: {role: worker}}
              policyTypes: [Ingress]
              ingress:
              - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: friend}}}]
                ports: [{port: 7000}]
            """;
    private static final String PROXY_IS_FOR_FRIENDS = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: proxy}
            spec:
              podSelector: {matchLabels: {app: proxy}}
              policyTypes: [Ingress, Egress]
              ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}]}]
            """;
    private static final String NODE_SENDS_TO_7002_ONLY = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: tapline-hosts, name: out}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress: [{ports: [{port: 7002}]}]
            """;

    @TempDir
    private Path manifests;

    /** A node with its servers. */
    private record Started(TestNode node, Sockets sockets) implements AutoCloseable {
        @Override
        public void close() {
            sockets.close();
            node.close();
        }
    }

    private Started start(String policy, String more) throws IOException {
        Files.writeString(manifests.resolve("all.yaml"), MANIFESTS);
        Files.writeString(manifests.resolve("policy.yaml"), policy);
        TestNode node =
                TestNode.startWithUplink("nodeName: w1\nmanifests: " + manifests + "\npodWaitSeconds: 1\n" + more);
        Sockets sockets = new Sockets(node);
        node.add("friend");
        node.add("stranger");
        for (int port : new int[] {7000, 7001, 8443}) {
            sockets.serveTcp("host", port);
        }
        sockets.serveTcp("friend", 7001);
        sockets.serveTcp("friend", 7002);
        return new Started(node, sockets);
    }

    @Test
    void aNodeIsIsolatedFromPodsButNotFromOutsideNorFromItsAnswers() throws IOException {
        try (Started started = start(NODE_OPENS_7000_TO_FRIENDS, "hostPolicies: {namespace: tapline-hosts}")) {
            TestNode node = started.node();
            Sockets sockets = started.sockets();
            assertThat(sockets.tcp("friend", TestNode.NODE, 7000)).isEqualTo("host " + FRIEND);
            assertThat(sockets.tcp("friend", LINK, 7000)).isEqualTo("host " + FRIEND);
            assertThat(sockets.tcpShort("friend", TestNode.NODE, 7001)).isEqualTo(Sockets.SILENCE);
            assertThat(sockets.tcpShort("stranger", TestNode.NODE, 7000)).isEqualTo(Sockets.SILENCE);
            assertThat(sockets.tcp("host", FRIEND, 7001))
                    .as("its own connection")
                    .isEqualTo("friend " + LINK);
            assertThat(node.pings("host", FRIEND)).isTrue();
            assertThat(sockets.tcp("outside", TestNode.NODE, 7001))
                    .as("what comes by the card is the kernel's")
                    .isEqualTo("host " + TestNode.ROUTER);
            AclView list = hostList(node);
            assertThat(list.name()).isEqualTo("host ingress tapline-hosts: web");
            assertThat(list.rules())
                    .filteredOn(rule -> rule.action().equals("deny") && rule.hits() > 0)
                    .extracting(AclView.Rule::origin)
                    .containsOnly("default deny of node/w1 for ingress: tapline-hosts/web");
            assertThat(list.rules())
                    .extracting(AclView.Rule::origin)
                    .contains("tapline-hosts/web ingress[0].from[0].ports[0]");
            assertThat(hostPolicies(node))
                    .isEqualTo(new Check(
                            "host-policies",
                            Check.State.OK,
                            "this node is isolated for ingress by tapline-hosts/web, for egress by none"));
            foretell(started);
        }
    }

    private static void foretell(Started started) throws IOException {
        String closed = MANIFESTS + "---\n" + NODE_OPENS_7000_TO_FRIENDS.replace("7000", "1");
        Intent proposed = ManifestReader.parse("proposed", closed).intent();
        try (SocketChannel client = started.sockets().in("friend", SocketChannel::open)) {
            assertThat(Sockets.line(client, TestNode.NODE, 7000, 5000)).isEqualTo("host " + FRIEND);
            int port = ((InetSocketAddress) client.getLocalAddress()).getPort();
            assertThat(started.node().agent().node().connectionsDeniedBy(proposed))
                    .filteredOn(connection -> connection.clientPort() == port)
                    .singleElement()
                    .satisfies(connection -> {
                        assertThat(connection.clientName()).isEqualTo("test/friend");
                        assertThat(connection.serverName()).isEqualTo("host");
                        assertThat(connection.rule().origin().text())
                                .isEqualTo("default deny of node/w1 for ingress: tapline-hosts/web");
                    });
        }
    }

    @Test
    void whatTheHostRoutesIsNotItsOwn() throws IOException {
        Files.writeString(manifests.resolve("all.yaml"), MANIFESTS);
        Files.writeString(
                manifests.resolve("policy.yaml"), NODE_OPENS_7000_TO_FRIENDS + "---\n" + NODE_SENDS_TO_7002_ONLY);
        try (TestNode node = TestNode.start(
                        "nodeName: w1\nmanifests: " + manifests
                                + "\npodWaitSeconds: 1\nhostPolicies: {namespace: tapline-hosts, reachOwnPods: false}",
                        FaultPoint.Listener.NONE);
                Sockets sockets = new Sockets(node)) {
            node.add("friend");
            node.makeNamespace("outside");
            route(node);
            sockets.serveTcp("outside", 7001);
            sockets.serveTcp("friend", 7001);
            sockets.serveTcp("host", 7001);
            assertThat(sockets.tcp("friend", TestNode.FAR, 7001)).isEqualTo("outside " + FRIEND);
            assertThat(sockets.tcp("outside", FRIEND, 7001)).isEqualTo("friend " + TestNode.FAR);
            assertThat(sockets.tcpShort("friend", LINK, 7001)).isEqualTo(Sockets.SILENCE);
        }
    }

    /** A namespace behind the host, which routes between it and the pods. */
    private static void route(TestNode node) {
        String outside = Path.of(node.netns("outside")).getFileName().toString();
        for (String command : List.of(
                "sysctl -q -w net.ipv4.ip_forward=1",
                "ip link add wire type veth peer name eth0 netns " + outside,
                "ip link set wire up",
                "ip route add " + TestNode.FAR + " dev wire",
                "ip -n " + outside + " addr add " + TestNode.FAR + "/32 dev eth0",
                "ip -n " + outside + " link set eth0 up",
                "ip -n " + outside + " route add 10.1.0.0/16 dev eth0",
                "sysctl -q -w net.ipv4.conf.wire.proxy_arp=1")) {
            assertThat(node.output("host", command.split(" "))).as(command).doesNotStartWith("failed");
        }
    }

    @Test
    void aPodInTheHostNetworkIsIsolatedAtItsPorts() throws IOException {
        try (Started started = start(PROXY_IS_FOR_FRIENDS, "hostPolicies: {namespace: tapline-hosts}")) {
            TestNode node = started.node();
            Sockets sockets = started.sockets();
            assertThat(sockets.tcp("friend", TestNode.NODE, 8443)).isEqualTo("host " + FRIEND);
            assertThat(sockets.tcp("friend", "10.96.0.10", 80))
                    .as("by its service")
                    .isEqualTo("host " + FRIEND);
            assertThat(sockets.tcpShort("stranger", TestNode.NODE, 8443)).isEqualTo(Sockets.SILENCE);
            assertThat(sockets.tcpShort("stranger", "10.96.0.10", 80)).isEqualTo(Sockets.SILENCE);
            assertThat(sockets.tcp("stranger", TestNode.NODE, 7000))
                    .as("the node's port")
                    .startsWith("host");
            assertThat(sockets.tcp("host", "10.96.0.10", 80)).as("itself").startsWith("host");
            Check check = hostPolicies(node);
            assertThat(check.state()).isEqualTo(Check.State.WARNING);
            assertThat(check.message()).contains("isolated for ingress by none", "NetworkPolicy test/proxy", "egress");
        }
    }

    @Test
    void aNodeIsIsolatedForEgressAsFarAsItIsToldTo() throws IOException {
        try (Started started =
                start(NODE_SENDS_TO_7002_ONLY, "hostPolicies: {namespace: tapline-hosts, reachOwnPods: false}")) {
            TestNode node = started.node();
            Sockets sockets = started.sockets();
            assertThat(sockets.tcp("host", FRIEND, 7002)).startsWith("friend");
            assertThat(sockets.tcpShort("host", FRIEND, 7001)).isEqualTo(Sockets.SILENCE);
            assertThat(sockets.tcp("friend", TestNode.NODE, 7000))
                    .as("its answers")
                    .startsWith("host");
            node.stop();
            Files.writeString(
                    node.configFile(),
                    Files.readString(node.configFile()).replace("reachOwnPods: false", "reachOwnPods: true"));
            node.startAgain();
            assertThat(sockets.tcp("host", FRIEND, 7001)).as("as probes need").startsWith("friend");
        }
    }

    private static Check hostPolicies(TestNode node) {
        return node.agent().views().status().checks().stream()
                .filter(check -> check.name().equals("host-policies"))
                .findFirst()
                .orElseThrow();
    }

    private static AclView hostList(TestNode node) {
        List<AclView> lists = node.agent().views().acls().items().stream()
                .filter(acl -> acl.places().stream()
                        .anyMatch(place -> place.owner().equals("host")
                                && place.direction().equals("output")))
                .toList();
        assertThat(lists).hasSize(1);
        return lists.getFirst();
    }
}
