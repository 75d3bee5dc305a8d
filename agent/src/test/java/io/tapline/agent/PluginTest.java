// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.cni.Installer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The installed plug-in as a process, called as libcni calls it, alone and in a chain with Debian's plug-ins. */
class PluginTest {
    private static final String NETWORK = TestNode.network("1.1.0", "");
    private static final Path DEBIAN = Path.of("/usr/lib/cni");

    private TestNode node;
    private Installer installer;

    /** What a plug-in printed and ended with. */
    private record Ran(int status, String output) {
        JsonNode json() {
            return JsonMapper.shared().readTree(output);
        }
    }

    @BeforeEach
    void install() throws IOException {
        node = TestNode.start();
        installer = new Installer(
                node.directory().resolve("bin"),
                node.directory().resolve("net.d"),
                node.socket(),
                node.config().pendingDeletes(),
                Path.of(System.getProperty("java.home", "")));
        installer.install(Conflist.text("1.0.0", List.of("portmap")));
    }

    @AfterEach
    void close() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void installsTheConfigurationAsRuntimesReadItAndRemovesAll() throws IOException {
        JsonNode conflist =
                JsonMapper.shared().readTree(Files.readString(node.directory().resolve("net.d/10-tapline.conflist")));
        assertThat(conflist.path("cniVersion").asString()).isEqualTo("1.0.0");
        assertThat(conflist.path("plugins").path(0).path("type").asString()).isEqualTo("tapline");
        assertThat(conflist.path("plugins")
                        .path(1)
                        .path("capabilities")
                        .path("portMappings")
                        .asBoolean())
                .isTrue();
        assertThat(node.directory().resolve("bin/.tapline/tapline-cni.aot")).exists();
        installer.uninstall();
        assertThat(node.directory().resolve("bin")).isEmptyDirectory();
        assertThat(node.directory().resolve("net.d")).isEmptyDirectory();
    }

    @Test
    void addsChecksAndDeletesAsAProcess() {
        node.makeNamespace("a");
        Ran added = tapline(node.variables("ADD", "a"), NETWORK);
        assertThat(added.status()).as(added.output()).isZero();
        assertThat(added.json().path("ips").path(0).path("address").asString()).isEqualTo("10.1.1.2/32");
        assertThat(node.pings("a", "172.30.1.2")).isTrue();
        String network = TestNode.network("1.1.0", ", \"prevResult\": " + added.output());
        assertThat(tapline(node.variables("CHECK", "a"), network)).isEqualTo(new Ran(0, ""));
        assertThat(tapline(node.variables("STATUS", "a"), NETWORK)).isEqualTo(new Ran(0, ""));
        assertThat(tapline(node.variables("DEL", "a"), NETWORK)).isEqualTo(new Ran(0, ""));
        assertThat(tapline(node.variables("DEL", "a"), NETWORK)).isEqualTo(new Ran(0, ""));
        assertThat(node.records()).isZero();
        Ran failed = tapline(node.variables("ADD", "nowhere"), NETWORK);
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.json().path("code").asInt()).isEqualTo(3);
    }

    @Test
    void withoutAgentAnswersForItselfAndQueuesDeletions() throws IOException {
        node.add("a");
        node.add("b");
        node.stop();
        assertThat(tapline(node.variables("ADD", "a"), NETWORK)
                        .json()
                        .path("code")
                        .asInt())
                .isEqualTo(11);
        Ran status = tapline(node.variables("STATUS", "a"), NETWORK);
        assertThat(status.json().path("code").asInt()).isEqualTo(51);
        assertThat(status.status()).isEqualTo(1);
        JsonNode versions = tapline(Map.of("CNI_COMMAND", "VERSION"), "{\"cniVersion\": \"0.4.0\"}")
                .json();
        assertThat(versions.path("cniVersion").asString()).isEqualTo("0.4.0");
        assertThat(versions.path("supportedVersions")).hasSize(4);
        assertThat(tapline(Map.of(), NETWORK).json().path("code").asInt()).isEqualTo(4);

        assertThat(tapline(node.variables("DEL", "a"), NETWORK)).isEqualTo(new Ran(0, ""));
        assertThat(tapline(node.variables("DEL", "a"), NETWORK)).isEqualTo(new Ran(0, ""));
        assertThat(node.config().pendingDeletes()).isDirectoryContaining("glob:**.cni");
        Files.writeString(node.config().pendingDeletes().resolve("0-garbage.cni"), "tapline/1 cni 99999999999 x\n");
        node.startAgain();
        assertThat(node.agent().node().view().attachments()).hasSize(1);
        assertThat(node.config().pendingDeletes()).isEmptyDirectory();
        assertThat(node.run("a", "ip", "link", "show", "eth0")).isFalse();
        assertThat(node.pings("b", "172.30.1.2")).isTrue();
    }

    @Test
    void standsInAChainWithTuning() {
        assumePlugin("tuning");
        node.makeNamespace("a");
        String ours = TestNode.network("1.0.0", "");
        Ran first = tapline(node.variables("ADD", "a"), ours);
        String tuning = chained("tuning", first.json(), "\"sysctl\": {\"net.ipv4.conf.eth0.log_martians\": \"1\"}");
        Ran second = debian("tuning", node.variables("ADD", "a"), tuning);
        assertThat(second.status()).as(second.output()).isZero();
        assertThat(second.json().path("ips")).isEqualTo(first.json().path("ips"));
        assertThat(node.output("a", "cat", "/proc/sys/net/ipv4/conf/eth0/log_martians")
                        .trim())
                .isEqualTo("1");
        String check = TestNode.network("1.0.0", ", \"prevResult\": " + second.output());
        assertThat(tapline(node.variables("CHECK", "a"), check)).isEqualTo(new Ran(0, ""));
        assertThat(debian("tuning", node.variables("DEL", "a"), tuning).status())
                .isZero();
        assertThat(tapline(node.variables("DEL", "a"), ours)).isEqualTo(new Ran(0, ""));
    }

    @Test
    void standsInAChainWithPortmap() {
        assumePlugin("portmap");
        if (!node.run("host", "iptables", "-t", "nat", "-S")) {
            TestNode.skip("iptables cannot work here: " + node.output("host", "iptables", "-t", "nat", "-S"));
        }
        node.makeNamespace("a");
        String ours = TestNode.network("1.0.0", "");
        Ran first = tapline(node.variables("ADD", "a"), ours);
        String portmap = chained(
                "portmap",
                first.json(),
                "\"runtimeConfig\": {\"portMappings\": [{\"hostPort\": 8080, \"containerPort\": 80, \"protocol\":"
                        + " \"tcp\"}]}");
        Ran second = debian("portmap", node.variables("ADD", "a"), portmap);
        assertThat(second.status()).as(second.output()).isZero();
        assertThat(node.output("host", "iptables", "-t", "nat", "-S")).contains("--to-destination 10.1.1.2:80");
        assertThat(debian("portmap", node.variables("DEL", "a"), portmap).status())
                .isZero();
        assertThat(node.output("host", "iptables", "-t", "nat", "-S")).doesNotContain("10.1.1.2:80");
        assertThat(tapline(node.variables("DEL", "a"), ours)).isEqualTo(new Ran(0, ""));
    }

    private static void assumePlugin(String plugin) {
        if (!Files.isExecutable(DEBIAN.resolve(plugin))) {
            TestNode.skip(DEBIAN.resolve(plugin) + " is missing (package containernetworking-plugins)");
        }
    }

    /** The configuration that libcni gives to a later plug-in of a chain. */
    private static String chained(String type, JsonNode previous, String more) {
        String text = "{\"cniVersion\": \"1.0.0\", \"name\": \"tapline\", \"type\": \"" + type + "\", " + more + "}";
        ObjectNode network = (ObjectNode) JsonMapper.shared().readTree(text);
        network.set("prevResult", previous);
        return network.toString();
    }

    private Ran tapline(Map<String, String> variables, String input) {
        return run(List.of(node.directory().resolve("bin/tapline").toString()), variables, input);
    }

    /** Debian's plug-ins work on the namespace that they are started in: that of the host. */
    private Ran debian(String plugin, Map<String, String> variables, String input) {
        String host = Path.of(node.netns("host")).getFileName().toString();
        return run(List.of("ip", "netns", "exec", host, DEBIAN.resolve(plugin).toString()), variables, input);
    }

    private static Ran run(List<String> command, Map<String, String> variables, String input) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(variables);
        try {
            Process process = builder.start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Ran(process.exitValue(), output);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
