// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.source.ManifestReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Path MTU discovery through the uplink's source NAT: behind the router is a link of {@value #MTU} bytes, and the
 * router's "fragmentation needed" reaches the pod that it is for.
 */
class PathMtuTest {
    private static final int MTU = 1280;
    private static final int BYTES = 1 << 20;
    private static final String BEYOND = "10.255.0.2";
    private static final String BY_TCP = "198.51.101.1";
    private static final String BY_PING = "198.51.101.2";

    private static final String WEB = """
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: a, labels: {app: web}}
            spec: {containers: [{name: c, image: i}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {namespace: test, name: web}
            spec:
              type: NodePort
              clusterIP: 10.96.0.30
              selector: {app: web}
              ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
            """;

    private TestNode node;
    private Sockets sockets;

    @BeforeEach
    void start() {
        node = TestNode.startWithUplink("");
        sockets = new Sockets(node);
        node.add("a");
        node.makeNamespace("beyond");
        String beyond = Path.of(node.netns("beyond")).getFileName().toString();
        // With an honest MSS of the other end no segment would be too long for the link.
        List.of(
                        "sysctl -qw net.ipv4.ip_forward=1",
                        "ip link add narrow mtu " + MTU + " type veth peer name narrow mtu " + MTU + " netns " + beyond,
                        "ip addr add 10.255.0.1/30 dev narrow",
                        "ip link set narrow up",
                        "ip -n " + beyond + " addr add 10.255.0.2/30 dev narrow",
                        "ip -n " + beyond + " link set narrow up",
                        "ip -n " + beyond + " link set lo up",
                        "ip -n " + beyond + " addr add 198.51.101.0/24 dev lo",
                        "ip -n " + beyond + " route add default via 10.255.0.1 advmss 1460",
                        "ip route add 198.51.101.0/24 via 10.255.0.2")
                .forEach(command -> assertThat(node.output("outside", command.split(" ")))
                        .as(command)
                        .isEmpty());
        sockets.serveTcp("beyond", 8081);
        sockets.serveUdp("beyond", 8081);
    }

    @AfterEach
    void close() {
        if (node != null) {
            sockets.close();
            node.close();
        }
    }

    @Test
    void aPodLearnsThePathMtuByPing() {
        assertThat(node.output("a", "ping", "-n", "-c", "2", "-i", "0.2", "-M", "do", "-s", "1400", BY_PING))
                .contains("mtu = " + MTU + ")");
        assertLearnt(BY_PING);
        assertThat(node.output("a", "ping", "-n", "-c", "1", "-M", "do", "-s", "1200", BY_PING))
                .contains("1 received");
    }

    @Test
    void aConnectionIsNotHeldUpByANarrowLink() throws IOException {
        try (SocketChannel client = sockets.in("a", SocketChannel::open)) {
            client.connect(new InetSocketAddress(BY_TCP, 8081));
            Sockets.echoes(client, BYTES);
        }
        assertLearnt(BY_TCP);
    }

    @Test
    void aDatagramThatIsTooLongIsReportedToItsPod() throws IOException {
        try (DatagramChannel client = sockets.in("a", DatagramChannel::open)) {
            client.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
            client.connect(new InetSocketAddress(BEYOND, 8081));
            client.write(ByteBuffer.allocate(1400));
            assertThatThrownBy(() -> Sockets.ask(client))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Message too long");
            assertThat(Sockets.ask(client)).as("a short one afterwards").isEqualTo("beyond " + TestNode.NODE);
        }
        assertLearnt(BEYOND);
    }

    @Test
    void aPodBehindANodePortLearnsThePathMtuToItsClient() throws IOException {
        node.agent().node().declare(ManifestReader.parse("web.yaml", WEB).intent(), "a service");
        sockets.serveTcp("a", 8080);
        try (SocketChannel client = sockets.in("beyond", SocketChannel::open)) {
            client.connect(new InetSocketAddress(TestNode.NODE, 30_080));
            Sockets.echoes(client, BYTES);
        }
        assertLearnt(BEYOND);
    }

    private void assertLearnt(String destination) {
        assertThat(node.output("a", "ip", "route", "get", destination)).contains("mtu " + MTU);
    }
}
