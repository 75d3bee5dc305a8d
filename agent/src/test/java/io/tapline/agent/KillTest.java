// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.node.FaultPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent as a process of its own, ended by SIGKILL. */
@Tag("slow")
class KillTest {
    private static final String NETWORK = TestNode.network("1.1.0", "");

    @Test
    void podsOutliveTheAgent() throws Exception {
        try (TestNode node = TestNode.start()) {
            node.stop();
            Process first = start(node);
            try {
                for (String pod : new String[] {"a", "b"}) {
                    node.makeNamespace(pod);
                    assertThat(ask(node, node.variables("ADD", pod))).startsWith("tapline/1 0 ");
                }
                assertThat(node.pings("a", "10.1.1.3")).isTrue();
            } finally {
                first.destroyForcibly().waitFor();
            }
            assertThat(node.output("a", "ip", "addr", "show", "eth0")).contains("10.1.1.2/32");
            Process second = start(node);
            try {
                assertThat(node.pings("a", "10.1.1.3")).isTrue();
                assertThat(node.pings("host", "10.1.1.2")).isTrue();
                node.makeNamespace("c");
                assertThat(ask(node, node.variables("ADD", "c"))).contains("10.1.1.4/32");
            } finally {
                second.destroyForcibly().waitFor();
            }
            node.startAgain();
            assertThat(node.agent().node().view().attachments()).hasSize(3);
        }
    }

    /** {@code kill -9} at each step of ADD and DEL: the next start completes it or undoes it. */
    @ParameterizedTest
    @EnumSource
    void aKillAtAnyStepIsMendedByTheNextStart(FaultPoint point) throws Exception {
        try (TestNode node = TestNode.start()) {
            boolean adding = point.name().startsWith("ADD");
            node.add("bystander");
            node.makeNamespace("victim");
            if (!adding) {
                node.add("victim");
            }
            node.stop();
            Process dying =
                    startMain("io.tapline.agent.DyingAgent", node.configFile().toString(), point.name());
            try {
                assertThat(ask(node, node.variables(adding ? "ADD" : "DEL", "victim")))
                        .as("nobody answers")
                        .isEmpty();
                assertThat(dying.waitFor()).isEqualTo(128 + 9);
            } finally {
                dying.destroyForcibly().waitFor();
            }
            node.startAgain();
            boolean survives = point == FaultPoint.ADD_DONE;
            assertThat(node.agent().node().view().attachments()).hasSize(survives ? 2 : 1);
            assertThat(node.records()).isEqualTo(survives ? 2 : 1);
            assertThat(node.run("victim", "ip", "link", "show", "eth0")).isEqualTo(survives);
            assertThat(node.pings("bystander", "172.30.1.2")).isTrue();
            node.add("victim");
            assertThat(node.pings("victim", "10.1.1.2")).isTrue();
        }
    }

    private static Process start(TestNode node) throws IOException {
        return startMain(
                "io.tapline.cli.Main", "agent", "--config", node.configFile().toString());
    }

    private static Process startMain(String... mainAndArguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path", "")));
        command.addAll(List.of(mainAndArguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.append(line).append('\n');
            if (line.startsWith("ready: ")) {
                return process;
            }
        }
        throw new AssertionError("the agent ended: " + seen);
    }

    private static String ask(TestNode node, Map<String, String> variables) throws IOException {
        StringBuilder environment = new StringBuilder();
        variables.forEach((name, value) ->
                environment.append(name).append('=').append(value).append('\0'));
        String request =
                "tapline/1 cni " + environment.length() + " " + NETWORK.length() + "\n" + environment + NETWORK;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(node.socket()))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }
}
