// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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

    private static Process start(TestNode node) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        "io.tapline.cli.Main",
                        "agent",
                        "--config",
                        node.configFile().toString())
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
        }
    }
}
