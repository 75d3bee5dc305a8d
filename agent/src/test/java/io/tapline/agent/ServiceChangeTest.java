// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.linux.NetworkNamespace;
import io.tapline.source.ManifestReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What connections meet when the endpoints of their service change. */
class ServiceChangeTest {
    private static final String SERVICE = "10.96.0.10";
    private static final int PORT = 8080;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String READY = "ready: true";
    private static final String DRAINING = "ready: false, serving: false, terminating: true";

    private Path directory;
    private TestNode node;
    private Sockets sockets;
    private final Map<String, String> endpoints = new TreeMap<>();
    private final Map<String, ServerSocketChannel> servers = new ConcurrentHashMap<>();

    @BeforeEach
    void start(@TempDir Path temporary) {
        directory = temporary;
        node = TestNode.start();
        sockets = new Sockets(node);
        node.add("client");
    }

    @AfterEach
    void close() {
        if (node != null) {
            sockets.close();
            node.close();
        }
    }

    /** A pod with a server of each protocol; returns its address. */
    private String addServer(String name) {
        node.add(name);
        sockets.serveUdp(name, PORT);
        servers.put(name, sockets.serveTcp(name, PORT));
        return addressOf(name);
    }

    /** Puts the endpoints in force: addresses with their conditions. */
    private void declare() throws IOException {
        StringBuilder yaml = new StringBuilder("""
                apiVersion: v1
                kind: Service
                metadata: {namespace: test, name: web}
                spec:
                  clusterIP: %s
                  ports: [{name: tcp, port: 80}, {name: udp, port: 80, protocol: UDP}]
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {namespace: test, name: web-1, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                ports: [{name: tcp, port: %d}, {name: udp, port: %d, protocol: UDP}]
                endpoints:%s
                """.formatted(SERVICE, PORT, PORT, endpoints.isEmpty() ? " []" : ""));
        endpoints.forEach((address, conditions) -> yaml.append(
                "- {addresses: [%s], nodeName: %s, conditions: {%s}}%n".formatted(address, nodeName(), conditions)));
        Path file = directory.resolve("web.yaml");
        Files.writeString(file, yaml);
        node.agent().node().declare(ManifestReader.read(List.of(file)).intent(), "the test changes endpoints");
    }

    private String nodeName() {
        return node.agent().node().options().name();
    }

    @Test
    void theLossOfAnEndpointEndsItsConnectionsAlone() throws IOException {
        for (String name : List.of("w0", "w1", "w2")) {
            endpoints.put(addServer(name), READY);
        }
        declare();
        Map<SocketChannel, String> connections = new HashMap<>();
        try {
            for (int i = 0; i < 30; i++) {
                SocketChannel client = sockets.in("client", SocketChannel::open);
                connections.put(client, Sockets.name(Sockets.line(client, SERVICE, 80, PATIENCE_MILLIS)));
            }
            assertThat(new TreeSet<>(connections.values())).containsExactly("w0", "w1", "w2");
            endpoints.remove(addressOf("w1"));
            declare();
            for (Map.Entry<SocketChannel, String> connection : connections.entrySet()) {
                assertThat(echoes(connection.getKey()))
                        .as(connection.getValue())
                        .isEqualTo(!connection.getValue().equals("w1"));
            }
        } finally {
            for (SocketChannel client : connections.keySet()) {
                client.close();
            }
        }
    }

    private String addressOf(String pod) {
        return node.agent().node().view().attachments().stream()
                .filter(attachment -> attachment.pod().name().equals(pod))
                .findFirst()
                .orElseThrow()
                .address()
                .toString();
    }

    private static boolean echoes(SocketChannel client) {
        try {
            client.socket().getOutputStream().write('x');
            return client.socket().getInputStream().read() == 'x';
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void datagramsTurnToAnotherEndpointAtOnce() throws IOException {
        for (String name : List.of("w0", "w1")) {
            endpoints.put(addServer(name), READY);
        }
        declare();
        try (DatagramChannel client = sockets.in("client", DatagramChannel::open)) {
            client.connect(new InetSocketAddress(SERVICE, 80));
            String first = Sockets.name(Sockets.ask(client));
            assertThat(Sockets.ask(client)).startsWith(first);
            endpoints.remove(addressOf(first));
            declare();
            assertThat(Sockets.ask(client)).startsWith(first.equals("w0") ? "w1" : "w0");
        }
    }

    @Test
    @Tag("slow")
    void aRollingRestartFailsNoRequest() throws Exception {
        for (int i = 0; i < 10; i++) {
            endpoints.put(addServer("old" + i), READY);
        }
        declare();
        List<Load> loads = List.of(new Load("client", 2), new Load("client", 0), new Load("host", 2));
        for (int i = 0; i < 10; i++) {
            endpoints.put(addServer("new" + i), READY);
            String old = addressOf("old" + i);
            endpoints.put(old, "ready: false, serving: true, terminating: true");
            declare();
            loads.forEach(Load::awaitSome);
            Objects.requireNonNull(servers.get("old" + i)).close();
            endpoints.remove(old);
            declare();
            node.ask(node.variables("DEL", "old" + i), TestNode.network("1.1.0", ""));
            node.deleteNamespace("old" + i);
        }
        for (Load load : loads) {
            Map<String, Integer> outcomes = load.end();
            System.out.println("rolling restart, requests from " + load.from + ": " + outcomes);
            assertThat(outcomes.keySet()).allMatch(outcome -> outcome.startsWith("old") || outcome.startsWith("new"));
            assertThat(outcomes.keySet()).anyMatch(outcome -> outcome.startsWith("new"));
            assertThat(load.count()).isGreaterThan(200);
        }
    }

    @Test
    @Tag("slow")
    void scalingFromNothingAndBackRefusesCleanly() throws Exception {
        IntStream.range(0, 10).forEach(i -> addServer("w" + i));
        declare();
        List<Load> loads = List.of(new Load("client", 1), new Load("host", 1));
        loads.forEach(Load::awaitSome);
        for (int i = 0; i < 10; i++) {
            endpoints.put(addressOf("w" + i), READY);
            declare();
            loads.forEach(Load::awaitSome);
        }
        for (int i = 0; i < 10; i++) {
            endpoints.put(addressOf("w" + i), DRAINING);
            declare();
            loads.forEach(Load::awaitSome);
            endpoints.remove(addressOf("w" + i));
            declare();
        }
        loads.forEach(Load::awaitSome);
        for (Load load : loads) {
            Map<String, Integer> outcomes = load.end();
            System.out.println("scaling 0 to 10 to 0, requests from " + load.from + ": " + outcomes);
            assertThat(outcomes.keySet()).contains(Sockets.REFUSED);
            assertThat(outcomes.keySet())
                    .allMatch(outcome -> outcome.equals(Sockets.REFUSED) || outcome.startsWith("w"));
            assertThat(outcomes).hasSize(11);
        }
    }

    /** Requests one after the other, each by a connection of its own, until it is told to end. */
    private final class Load {
        private final String from;
        private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();
        private final Thread thread;
        private volatile boolean ending;
        private final AtomicInteger done = new AtomicInteger();

        /** Waits {@code pauseMillis} between two requests. */
        Load(String from, int pauseMillis) {
            this.from = from;
            this.thread = Thread.ofPlatform().start(() -> run(pauseMillis));
        }

        private void run(int pauseMillis) {
            try (NetworkNamespace namespace = NetworkNamespace.open(Path.of(node.netns(from)))) {
                namespace.run(() -> {
                    while (!ending) {
                        outcomes.merge(request(), 1, Integer::sum);
                        done.incrementAndGet();
                        LockSupport.parkNanos(pauseMillis * 1_000_000L);
                    }
                });
            }
        }

        private static String request() {
            try (SocketChannel client = SocketChannel.open()) {
                String name = Sockets.name(Sockets.line(client, SERVICE, 80, PATIENCE_MILLIS));
                client.write(ByteBuffer.wrap(new byte[] {'x'}));
                return client.socket().getInputStream().read() == 'x' ? name : "cut off";
            } catch (ConnectException e) {
                return Sockets.REFUSED;
            } catch (IOException e) {
                return "failed: " + e;
            }
        }

        /** Waits for ten requests more, so that one has begun and ended since now. */
        void awaitSome() {
            int target = done.get() + 10;
            while (done.get() < target && thread.isAlive()) {
                LockSupport.parkNanos(100_000);
            }
        }

        int count() {
            return done.get();
        }

        Map<String, Integer> end() throws InterruptedException {
            ending = true;
            thread.join();
            return new TreeMap<>(outcomes);
        }
    }
}
