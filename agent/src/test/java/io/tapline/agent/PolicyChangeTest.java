// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.agent.node.FaultPoint;
import io.tapline.agent.operate.AgentOption;
import io.tapline.agent.view.ImpactRow;
import io.tapline.cli.UserError;
import io.tapline.control.node.LiveConnection;
import io.tapline.dataplane.config.OnChange;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.Intent;
import io.tapline.source.ManifestReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a change of policies does to connections that live, foretold and then done. */
class PolicyChangeTest {
    private static final String SERVER = "10.1.1.2";
    private static final int PORT = 8080;
    private static final String PODS = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: test}
            ---
            """ + TestNode.pods("server", "friend", "stranger");
    private static final String EVERYBODY = """
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: guard}
            spec: {podSelector: {matchLabels: {app: server}}, ingress: [{}]}
            """;
    private static final String FRIENDS = """
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: guard, annotations: {tapline.io/on-change: %s}}
            spec:
              podSelector: {matchLabels: {app: server}}
              ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}]}]
            """;

    private Path directory;
    private TestNode node;
    private ServerSocket server;
    private Socket friend;
    private Socket stranger;

    @BeforeEach
    void connect(@TempDir Path temporary) throws IOException {
        directory = temporary;
        start("");
    }

    private void start(String settings) throws IOException {
        node = TestNode.start("podWaitSeconds: 1\n" + settings, FaultPoint.Listener.NONE);
        node.agent().node().declare(intent(EVERYBODY), "the test begins");
        List.of("server", "friend", "stranger").forEach(node::add);
        server = in("server").<ServerSocket, IOException>call(() -> {
            ServerSocket socket = new ServerSocket();
            socket.bind(new InetSocketAddress(PORT));
            return socket;
        });
        Thread.ofVirtual().start(this::serve);
        friend = open("friend");
        stranger = open("stranger");
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : new Socket[] {friend, stranger}) {
            if (socket != null) {
                socket.close();
            }
        }
        if (server != null) {
            server.close();
        }
        if (node != null) {
            node.close();
        }
    }

    private NetworkNamespace in(String pod) {
        return NetworkNamespace.open(Path.of(node.netns(pod)));
    }

    private Intent intent(String policies) throws IOException {
        Path file = Files.writeString(directory.resolve("all.yaml"), PODS + policies);
        return ManifestReader.read(List.of(file)).intent();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket peer = server.accept();
                Thread.ofVirtual().start(() -> echo(peer));
            } catch (IOException e) {
                // closed: the loop ends
            }
        }
    }

    private static void echo(Socket peer) {
        try (peer) {
            peer.getInputStream().transferTo(peer.getOutputStream());
        } catch (IOException e) {
            // the other end shows what is missing
        }
    }

    private Socket open(String pod) throws IOException {
        try (NetworkNamespace namespace = in(pod)) {
            Socket socket = namespace.<Socket, IOException>call(Socket::new);
            namespace.<IOException>run(() -> socket.connect(new InetSocketAddress(SERVER, PORT), 10_000));
            socket.setTcpNoDelay(true);
            assertThat(answers(socket, 10_000)).isTrue();
            return socket;
        }
    }

    private static boolean answers(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        socket.getOutputStream().write(1);
        try {
            return socket.getInputStream().read() == 1;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** The stranger's connection, and no other, would be denied. */
    private LiveConnection onlyTheStrangers(Intent proposed) {
        List<LiveConnection> denied = node.agent().node().connectionsDeniedBy(proposed);
        assertThat(denied).hasSize(1);
        LiveConnection connection = denied.getFirst();
        assertThat(connection.clientName()).isEqualTo("test/stranger");
        assertThat(connection.clientPort()).isEqualTo(stranger.getLocalPort());
        assertThat(connection.serverName()).isEqualTo("test/server");
        assertThat(connection.serverPort()).isEqualTo(PORT);
        assertThat(connection.rule().origin().text()).contains("default deny", "ingress", "test/guard");
        return connection;
    }

    @Test
    void whatIsForetoldIsCut() throws IOException {
        Intent proposed = intent(FRIENDS.formatted("re-evaluate"));
        assertThat(onlyTheStrangers(proposed).onChange()).isEqualTo(OnChange.RE_EVALUATE);
        assertThat(answers(stranger, 10_000)).as("foretelling changes nothing").isTrue();
        assertThat(node.agent().node().connectionsDeniedBy(intent(EVERYBODY))).isEmpty();
        node.agent().node().declare(proposed, "applied");
        assertThat(answers(friend, 10_000)).isTrue();
        assertThat(answers(stranger, 500)).isFalse();
        assertThat(answers(friend, 10_000)).isTrue();
    }

    @Test
    void anOperatorCanAskBeforehand() {
        AgentOption agent = CommandLine.populateCommand(
                new AgentOption(), "--socket", node.apiSocket().toString());
        List<ImpactRow> cut = agent.whatIf(FRIENDS.formatted("drain 30s"), List.of());
        assertThat(cut).singleElement().satisfies(row -> {
            assertThat(row.clientName()).isEqualTo("test/stranger");
            assertThat(row.server()).isEqualTo(SERVER + ":" + PORT);
            assertThat(row.fate()).isEqualTo("ends after 30 s");
            assertThat(row.deniedBy()).contains("test/guard");
        });
        assertThat(agent.whatIf("", List.of("test/guard")))
                .as("nobody is isolated then")
                .isEmpty();
        assertThatThrownBy(() -> agent.whatIf("", List.of("test/gone")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("test/gone");
        assertThatThrownBy(() -> agent.whatIf("kind: NetworkPolicy", List.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("apiVersion");
    }

    @Test
    void whatIsKeptGoesOn() throws IOException {
        Intent proposed = intent(FRIENDS.formatted("keep"));
        assertThat(onlyTheStrangers(proposed).onChange()).isEqualTo(OnChange.KEEP);
        node.agent().node().declare(proposed, "applied");
        assertThat(answers(stranger, 10_000)).isTrue();
        assertThat(node.run("stranger", "nc", "-z", "-w", "1", SERVER, Integer.toString(PORT)))
                .as("a new connection")
                .isFalse();
    }

    @Test
    void theAgentsSettingHoldsForPoliciesThatDoNotSay() throws IOException {
        close();
        start("onPolicyChange: keep");
        assertThat(onlyTheStrangers(intent(FRIENDS.formatted("re-evaluate"))).onChange())
                .isEqualTo(OnChange.RE_EVALUATE);
        Intent proposed = intent(FRIENDS.replace(", annotations: {tapline.io/on-change: %s}", ""));
        assertThat(onlyTheStrangers(proposed).onChange()).isEqualTo(OnChange.KEEP);
        node.agent().node().declare(proposed, "applied");
        assertThat(answers(stranger, 10_000)).isTrue();
    }

    @Test
    void whatIsDrainedGoesOnForATime() throws IOException {
        Intent proposed = intent(FRIENDS.formatted("drain 5s"));
        assertThat(onlyTheStrangers(proposed).onChange()).isEqualTo(OnChange.drain(5));
        node.agent().node().declare(proposed, "applied");
        assertThat(answers(stranger, 4_000)).isTrue();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (answers(stranger, 200)) {
            assertThat(System.nanoTime()).as("cut in time").isLessThan(deadline);
        }
        assertThat(answers(friend, 10_000)).isTrue();
    }
}
