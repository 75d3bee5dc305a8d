// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static io.tapline.agent.Sockets.REFUSED;
import static io.tapline.agent.Sockets.SILENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.control.node.PlannedPod;
import io.tapline.linux.Epoll;
import io.tapline.linux.PacketSocket;
import io.tapline.linux.SocketFilter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rows of the table in docs/services.md: real connections from pods, from the host and from outside, on one node
 * with the manifests of services.yaml.
 */
class ServiceConformanceTest {
    private static final List<String> EVERYWHERE = List.of("client", "host", "outside");
    private static final String CLIENT = "10.1.1.2";
    private static final String HOST = "172.30.1.2";
    private static final String WEB1 = "10.1.1.3";
    private static final String HIDDEN = "10.1.1.254";
    private static final int CONNECTIONS = 200;

    private static TestNode node;
    private static Sockets sockets;

    @BeforeAll
    static void start(@TempDir Path manifests) throws IOException {
        try (InputStream yaml = ServiceConformanceTest.class.getResourceAsStream("services.yaml")) {
            Files.copy(Objects.requireNonNull(yaml), manifests.resolve("services.yaml"));
        }
        node = TestNode.startWithUplink("nodeName: node1\nmanifests: " + manifests);
        sockets = new Sockets(node);
        List.of("client", "web1", "web2").forEach(node::add);
        sockets.serveTcp("web1", 8081);
        sockets.serveTcp("web2", 8082);
        for (String pod : List.of("web1", "web2")) {
            sockets.serveTcp(pod, 9090);
            sockets.serveUdp(pod, 5353);
        }
        sockets.serveTcp("host", 7000);
        sockets.serveTcp("outside", 8081);
    }

    @AfterAll
    static void close() {
        if (sockets != null) {
            sockets.close();
        }
        if (node != null) {
            node.close();
        }
    }

    private static Set<String> answers(String from, String to, int port, int times) {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < times; i++) {
            answers.add(sockets.tcp(from, to, port));
        }
        return answers;
    }

    @Test
    void aClusterAddressIsServedToPodsAndHost() {
        assertThat(sockets.tcp("client", "10.96.0.11", 80)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.tcp("host", "10.96.0.11", 80)).isEqualTo("web1 " + HOST);
        assertThat(sockets.udp("client", "10.96.0.11", 53)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.udp("host", "10.96.0.11", 53)).isEqualTo("web1 " + HOST);
    }

    @Test
    void eachPortLeadsToItsOwnTarget() {
        assertThat(sockets.tcp("client", "10.96.0.10", 80)).startsWith("web");
        assertThat(sockets.tcp("client", "10.96.0.10", 90)).startsWith("web");
        assertThat(sockets.udp("client", "10.96.0.10", 53)).startsWith("web");
        assertThat(sockets.tcpShort("client", "10.96.0.10", 91)).isNotEqualTo("web1 " + CLIENT);
    }

    @Test
    void aNamedPortIsEachPodsOwnNumber() {
        assertThat(answers("client", "10.96.0.10", 80, 20))
                .containsExactlyInAnyOrder("web1 " + CLIENT, "web2 " + CLIENT);
    }

    @Test
    void connectionsAreSpread() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            counts.merge(sockets.tcp("client", "10.96.0.10", 80), 1, Integer::sum);
        }
        // The chance of a fair choice to fall outside is below 1 in 10^7.
        assertThat(counts.values()).hasSize(2).allMatch(count -> count > 60 && count < 140);
    }

    @Test
    void aHeadlessServiceIsDnsAlone() {
        assertThat(mappingsOf("headless")).isZero();
        assertThat(sockets.tcp("client", WEB1, 8081)).isEqualTo("web1 " + CLIENT);
    }

    @Test
    void anExternalNameIsDnsAlone() {
        assertThat(mappingsOf("alias")).isZero();
    }

    private static long mappingsOf(String service) {
        return node.agent().node().view().plan().config().nat().mappings().stream()
                .filter(mapping -> mapping.origin().matches("service test/" + service + "( .*)?"))
                .count();
    }

    @Test
    void aNodePortIsServedFromEverywhere() {
        assertThat(sockets.tcp("client", TestNode.NODE, 30080)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.tcp("host", TestNode.NODE, 30080)).isEqualTo("web1 " + HOST);
        assertThat(sockets.tcp("outside", TestNode.NODE, 30080)).isEqualTo("web1 " + TestNode.ROUTER);
        assertThat(sockets.tcpAs("outside", TestNode.FAR, TestNode.NODE, 30080)).isEqualTo("web1 " + TestNode.FAR);
        assertThat(sockets.udp("client", TestNode.NODE, 30053)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.udp("host", TestNode.NODE, 30053)).isEqualTo("web1 " + HOST);
        assertThat(sockets.udp("outside", TestNode.NODE, 30053)).isEqualTo("web1 " + TestNode.ROUTER);
    }

    @Test
    void anExternalAddressIsServedFromEverywhere() {
        assertThat(sockets.tcp("client", "203.0.113.10", 80)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.tcp("host", "203.0.113.10", 80)).isEqualTo("web1 " + HOST);
        assertThat(sockets.tcp("outside", "203.0.113.10", 80)).isEqualTo("web1 " + TestNode.ROUTER);
        assertThat(sockets.tcp("outside", "203.0.113.10", 81)).isEqualTo(REFUSED);
    }

    @Test
    void aLoadBalancersAddressIsForItsSourceRanges() {
        assertThat(sockets.tcp("client", "203.0.113.20", 80)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.tcp("host", "203.0.113.20", 80)).isEqualTo("web1 " + HOST);
        assertThat(sockets.tcp("outside", "203.0.113.20", 80)).isEqualTo("web1 " + TestNode.ROUTER);
        assertThat(sockets.tcpAs("outside", TestNode.FAR, "203.0.113.20", 80)).isEqualTo(SILENCE);
        assertThat(sockets.tcpAs("outside", TestNode.FAR, TestNode.NODE, 30081)).isEqualTo("web1 " + TestNode.FAR);
    }

    @Test
    void aLocalExternalPolicyKeepsToThisNodeAndTheClientsAddress() {
        assertThat(answers("outside", TestNode.NODE, 30082, 10)).containsExactly("web1 " + TestNode.ROUTER);
        assertThat(answers("outside", "203.0.113.30", 80, 10)).containsExactly("web1 " + TestNode.ROUTER);
        assertThat(answers("client", "203.0.113.30", 80, 20))
                .as("pods use the whole cluster")
                .containsExactlyInAnyOrder("web1 " + CLIENT, "outside " + TestNode.NODE);
        assertThat(sockets.tcpShort("outside", TestNode.NODE, 30083)).isEqualTo(SILENCE);
        assertThat(sockets.tcp("client", TestNode.NODE, 30083)).isEqualTo("outside " + TestNode.NODE);
    }

    @Test
    void aLocalInternalPolicyKeepsToThisNode() {
        assertThat(answers("client", "10.96.0.16", 80, 10)).containsExactly("web1 " + CLIENT);
        assertThat(sockets.tcpShort("client", "10.96.0.17", 80)).isEqualTo(SILENCE);
        assertThat(sockets.tcpShort("host", "10.96.0.17", 80)).isEqualTo(SILENCE);
    }

    @Test
    void aBackendOnAnotherNodeSeesThisNode() {
        assertThat(answers("client", "10.96.0.14", 80, 20)).contains("outside " + TestNode.NODE);
        assertThat(answers("host", "10.96.0.14", 80, 20)).contains("outside " + TestNode.NODE);
    }

    @Test
    void healthChecksCountLocalEndpoints() {
        String format = " %{http_code} %header{x-load-balancing-endpoint-weight}";
        for (String from : EVERYWHERE) {
            assertThat(node.output(from, "curl", "-s", "-m", "5", "-w", format, url(31999)))
                    .as("from %s", from)
                    .contains("\"service\":{\"namespace\":\"test\",\"name\":\"local\"},\"localEndpoints\":1")
                    .endsWith(" 200 1");
            assertThat(node.output(from, "curl", "-s", "-m", "5", "-w", format, url(31998)))
                    .contains("\"name\":\"elsewhere\"},\"localEndpoints\":0")
                    .endsWith(" 503 0");
        }
    }

    private static String url(int port) {
        return "http://" + TestNode.NODE + ":" + port + "/healthz";
    }

    @Test
    void affinityKeepsAClientUntilItHasPausedForItsTime() {
        for (String from : List.of("client", "host")) {
            assertThat(answers(from, "10.96.0.18", 80, 20)).hasSize(1);
        }
        Set<String> seen = answers("outside", TestNode.NODE, 30084, 20);
        assertThat(seen).hasSize(1);
        while (seen.size() < 2) {
            pauseMillis(1200);
            seen.add(sockets.tcp("outside", TestNode.NODE, 30084));
        }
    }

    private static void pauseMillis(int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void endpointsThatAreNotReadyCountIfTheyArePublished() {
        assertThat(sockets.tcp("client", "10.96.0.19", 80)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.tcp("client", "10.96.0.20", 80)).isEqualTo(REFUSED);
    }

    @Test
    void endpointsThatTerminateServeWhenNoOtherDoes() {
        assertThat(sockets.tcp("client", "10.96.0.21", 80)).isEqualTo("web1 " + CLIENT);
    }

    @Test
    void topologyHintsKeepTrafficInTheZone() {
        assertThat(answers("client", "10.96.0.22", 80, 20)).containsExactly("web1 " + CLIENT);
    }

    @Test
    void endpointsOfSeveralSlicesServeTogether() {
        assertThat(answers("client", "10.96.0.23", 80, 20))
                .containsExactlyInAnyOrder("web1 " + CLIENT, "web2 " + CLIENT);
    }

    @Test
    void aProcessOfTheHostCanBeABackend() {
        assertThat(sockets.tcp("client", "10.96.0.24", 80)).isEqualTo("host " + CLIENT);
        assertThat(sockets.tcp("host", "10.96.0.24", 80)).isEqualTo("host " + HIDDEN);
        assertThat(sockets.tcp("client", TestNode.NODE, 30085)).isEqualTo("host " + CLIENT);
        assertThat(sockets.tcp("host", TestNode.NODE, 30085)).isEqualTo("host " + HIDDEN);
        assertThat(sockets.tcp("outside", TestNode.NODE, 30085)).isEqualTo("host " + HIDDEN);
    }

    @Test
    void aHostPortIsServedFromEverywhere() {
        assertThat(sockets.tcp("client", TestNode.NODE, 8088)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.tcp("host", TestNode.NODE, 8088)).isEqualTo("web1 " + HOST);
        assertThat(sockets.tcp("outside", TestNode.NODE, 8088)).isEqualTo("web1 " + TestNode.ROUTER);
        assertThat(sockets.udp("client", TestNode.NODE, 8053)).isEqualTo("web1 " + CLIENT);
        assertThat(sockets.udp("outside", TestNode.NODE, 8053)).isEqualTo("web1 " + TestNode.ROUTER);
        assertThat(sockets.tcp("outside", TestNode.NODE, 7000))
                .as("the host's own port")
                .startsWith("host ");
    }

    @Test
    void aServiceWithoutEndpointsRefuses() {
        for (String from : EVERYWHERE) {
            assertThat(sockets.tcp(from, TestNode.NODE, 30086))
                    .as("from %s", from)
                    .isEqualTo(REFUSED);
            assertThat(sockets.udp(from, TestNode.NODE, 30086))
                    .as("from %s", from)
                    .isEqualTo(REFUSED);
            assertThat(sockets.tcp(from, "203.0.113.40", 80))
                    .as("from %s", from)
                    .isEqualTo(REFUSED);
        }
        for (String from : List.of("client", "host")) {
            assertThat(sockets.tcp(from, "10.96.0.25", 80)).as("from %s", from).isEqualTo(REFUSED);
            assertThat(sockets.udp(from, "10.96.0.25", 80)).as("from %s", from).isEqualTo(REFUSED);
        }
        assertThat(sockets.tcp("outside", TestNode.NODE, 30999))
                .as("no such node port")
                .isEqualTo(REFUSED);
    }

    /** This kernel may know no SCTP: the chunk is made here and looked at where it arrives. */
    @Test
    void sctpIsTranslatedWithItsChecksum() throws IOException {
        byte[] init = sctpInit(node.agent().node().view().attachments().stream()
                .filter(attachment -> attachment.pod().name().equals("client"))
                .findFirst()
                .orElseThrow()
                .planned());
        SocketFilter sctp = SocketFilter.of(program -> {
            program.loadByte(14 + 9);
            program.ifEqual(132, SocketFilter.Builder::accept);
        });
        try (PacketSocket client = sockets.in("client", () -> PacketSocket.open("eth0", SocketFilter.acceptAll()));
                PacketSocket server = sockets.in("web1", () -> PacketSocket.open("eth0", sctp));
                Epoll epoll = Epoll.open(1);
                Arena arena = Arena.ofConfined()) {
            epoll.add(server.fd(), Epoll.READABLE, 0);
            MemorySegment frame = arena.allocate(4096);
            MemorySegment.copy(init, 0, frame, ValueLayout.JAVA_BYTE, 0, init.length);
            assertThat(client.write(frame.address(), init.length)).isEqualTo(init.length);
            assertThat(epoll.await(5000)).isEqualTo(1);
            assertThat(server.readv(frame.address(), 2048, frame.address() + 2048, 2048))
                    .isEqualTo(init.length);
            ByteBuffer packet = frame.asSlice(12 + 14 + 16).asByteBuffer();
            assertThat(InetAddress.getByAddress(bytes(packet, 0, 4)).getHostAddress())
                    .isEqualTo(WEB1);
            assertThat(packet.getShort(6)).isEqualTo((short) 9899);
            byte[] chunk = bytes(packet, 4, 12 + 20);
            assertThat(checksum(chunk))
                    .isEqualTo(ByteBuffer.wrap(chunk)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt(8));
        }
    }

    private static byte[] bytes(ByteBuffer buffer, int from, int length) {
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return bytes;
    }

    /** CRC32c with the checksum's own field taken as 0 (RFC 9260, appendix A). */
    private static int checksum(byte[] packet) {
        byte[] copy = packet.clone();
        Arrays.fill(copy, 8, 12, (byte) 0);
        CRC32C crc = new CRC32C();
        crc.update(copy);
        return (int) crc.getValue();
    }

    private static byte[] sctpInit(PlannedPod client) {
        String ethernet = "%012x%012x0800".formatted(client.switchMac(), client.mac());
        String ip = "4500003400004000408426820a010102" + "0a60001a";
        byte[] chunk = HexFormat.of()
                .parseHex("1f400050" + "00000000" + "00000000" + "0100001400000001" + "0000ffff" + "00010001"
                        + "00000001");
        ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).putInt(8, checksum(chunk));
        byte[] header = HexFormat.of().parseHex("00".repeat(12) + ethernet + ip);
        ByteBuffer.wrap(header).putShort(12 + 14 + 10, (short) 0);
        int sum = 0;
        for (int i = 12 + 14; i < header.length; i += 2) {
            sum += ByteBuffer.wrap(header).getShort(i) & 0xffff;
        }
        ByteBuffer.wrap(header).putShort(12 + 14 + 10, (short) ~((sum & 0xffff) + (sum >>> 16)));
        return ByteBuffer.allocate(header.length + chunk.length)
                .put(header)
                .put(chunk)
                .array();
    }

    @Test
    void aBackendReachesItselfByEveryAddress() {
        assertThat(sockets.tcp("web1", "10.96.0.11", 80)).isEqualTo("web1 " + HIDDEN);
        assertThat(sockets.tcp("web1", TestNode.NODE, 30080)).isEqualTo("web1 " + HIDDEN);
        assertThat(sockets.tcp("web1", "203.0.113.10", 80)).isEqualTo("web1 " + HIDDEN);
        assertThat(sockets.tcp("web1", TestNode.NODE, 8088)).isEqualTo("web1 " + HIDDEN);
        assertThat(sockets.udp("web1", "10.96.0.11", 53)).isEqualTo("web1 " + HIDDEN);
    }
}
