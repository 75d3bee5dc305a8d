// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.cni.CniHandler;
import io.tapline.agent.node.EventHistory;
import io.tapline.control.node.PlannedPod;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The rows of the table in docs/cni.md that concern one agent, on real namespaces. */
class ConformanceTest {
    private static final String NETWORK = TestNode.network("1.1.0", "");

    private TestNode node;

    @BeforeEach
    void startNode() {
        node = TestNode.start();
    }

    @AfterEach
    void closeNode() {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void addAnswersInTheVersionAsked(String version) {
        node.makeNamespace("a");
        JsonNode result = success(node.variables("ADD", "a"), TestNode.network(version, ""));
        assertThat(result.path("cniVersion").asString()).isEqualTo(version);
        JsonNode address = result.path("ips").path(0);
        assertThat(address.path("address").asString()).isEqualTo("10.1.1.2/32");
        assertThat(address.path("gateway").asString()).isEqualTo("10.1.1.1");
        assertThat(address.path("interface").asInt()).isZero();
        assertThat(address.has("version")).isEqualTo(version.startsWith("0."));
        JsonNode device = result.path("interfaces").path(0);
        assertThat(device.path("name").asString()).isEqualTo("eth0");
        assertThat(device.path("sandbox").asString()).isEqualTo(node.netns("a"));
        assertThat(device.has("mtu")).isEqualTo(version.equals("1.1.0"));
        assertThat(result.path("routes").path(0).path("gw").asString()).isEqualTo("10.1.1.1");
        assertThat(node.pings("a", "172.30.1.2")).isTrue();
    }

    @Test
    void podsAndHostReachEachOther() {
        node.add("a");
        node.add("b");
        assertThat(node.pings("a", "10.1.1.3")).isTrue();
        assertThat(node.pings("host", "10.1.1.2")).isTrue();
        assertThat(node.output("a", "ip", "route")).contains("default via 10.1.1.1 dev eth0", "\n10.1.1.1 dev eth0");
    }

    @Test
    void addBehindAnotherPluginKeepsItsResult() {
        node.makeNamespace("a");
        String previous = ", \"prevResult\": {\"cniVersion\": \"1.0.0\", \"interfaces\": [{\"name\": \"x\"}],"
                + " \"ips\": [{\"address\": \"192.0.2.1/24\", \"interface\": 0}]}";
        JsonNode result = success(node.variables("ADD", "a"), TestNode.network("1.0.0", previous));
        assertThat(result.path("interfaces")).hasSize(2);
        assertThat(result.path("ips").path(1).path("interface").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "ADD, CNI_CONTAINERID",
        "ADD, CNI_NETNS",
        "ADD, CNI_IFNAME",
        "DEL, CNI_CONTAINERID",
        "DEL, CNI_IFNAME",
        "CHECK, CNI_CONTAINERID",
        "CHECK, CNI_NETNS",
        "CHECK, CNI_IFNAME",
        "GC, CNI_PATH",
        "ADD, CNI_COMMAND"
    })
    void aMissingVariableHasCode4(String command, String variable) {
        Map<String, String> variables = node.variables(command, "a");
        variables.remove(variable);
        assertThat(failure(4, variables, NETWORK)).contains(variable);
    }

    @ParameterizedTest
    @CsvSource({
        "CNI_COMMAND, PLAY",
        "CNI_CONTAINERID, ../../etc/passwd",
        "CNI_CONTAINERID, -x",
        "CNI_IFNAME, eth0/../x",
        "CNI_IFNAME, a-name-of-16-byt",
        "CNI_IFNAME, ..",
        "CNI_ARGS, garbage",
        "CNI_ARGS, FOO=1"
    })
    void aBadVariableHasCode4(String variable, String value) {
        Map<String, String> variables = node.variables("ADD", "a");
        variables.put(variable, value);
        assertThat(failure(4, variables, NETWORK)).contains(variable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "\"x\"", "{\"cniVersion\": \"1.1.0\",}"})
    void malformedInputHasCode6(String input) {
        failure(6, node.variables("ADD", "a"), input);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.2.0", "0.3.0", "2.0.0", "nonsense", ""})
    void anUnknownVersionHasCode1(String version) {
        failure(1, node.variables("ADD", "a"), TestNode.network(version, ""));
    }

    @ParameterizedTest
    @CsvSource({"CHECK, 0.3.1", "GC, 1.0.0", "STATUS, 1.0.0"})
    void aCommandBeforeItsTimeHasCode1(String command, String version) {
        failure(1, node.variables(command, "a"), TestNode.network(version, ""));
    }

    @Test
    void aNetworkWithoutProperNameHasCode7() {
        failure(7, node.variables("ADD", "a"), "{\"cniVersion\": \"1.1.0\", \"type\": \"tapline\"}");
        failure(7, node.variables("ADD", "a"), "{\"cniVersion\": \"1.1.0\", \"name\": \"a/b\", \"type\": \"tapline\"}");
    }

    @Test
    void anUnsupportedCapabilityHasCode2() {
        node.makeNamespace("a");
        failure(
                2,
                node.variables("ADD", "a"),
                TestNode.network("1.1.0", ", \"runtimeConfig\": {\"ips\": [\"10.1.1.9/24\"]}"));
    }

    @Test
    void addWithoutNamespaceHasCode3AndLeavesNothing() {
        failure(3, node.variables("ADD", "nowhere"), NETWORK);
        assertNothingLeft();
    }

    @Test
    void addWhereTheInterfaceExistsFailsAndLeavesNothing() {
        node.makeNamespace("a");
        assertThat(node.run("a", "ip", "tuntap", "add", "dev", "eth0", "mode", "tap"))
                .isTrue();
        failure(103, node.variables("ADD", "a"), NETWORK);
        assertNothingLeft();
        assertThat(node.run("a", "ip", "link", "show", "eth0")).isTrue();
    }

    /** An agent that died without a record, such as with the disk that held it, may have left one. */
    @Test
    void addReplacesAnInterfaceThatIsItsOwnLeftover() {
        node.makeNamespace("a");
        long mac = PlannedPod.mac(node.containerId("a"), "eth0");
        String text = String.join(":", HexFormat.of().toHexDigits(mac, 12).split("(?<=\\G..)"));
        assertThat(node.run("a", "ip", "tuntap", "add", "dev", "eth0", "mode", "tap"))
                .isTrue();
        assertThat(node.run("a", "ip", "link", "set", "eth0", "address", text)).isTrue();
        node.add("a");
        assertThat(node.pings("a", "172.30.1.2")).isTrue();
    }

    @Test
    void addAgainGivesTheSameAnswer() {
        String first = node.add("a");
        assertThat(node.add("a")).isEqualTo(first);
        assertThat(node.agent().node().view().attachments()).hasSize(1);
    }

    @Test
    void addForAnotherNamespaceHasCode101() {
        node.add("a");
        node.makeNamespace("b");
        Map<String, String> variables = node.variables("ADD", "a");
        variables.put("CNI_NETNS", node.netns("b"));
        failure(101, variables, NETWORK);
        assertThat(node.pings("a", "172.30.1.2")).isTrue();
    }

    @Test
    void addWithoutFreeAddressHasCode11AndStatusHasCode50() {
        node.close();
        node = TestNode.start("ipam: {podSubnetCIDR: 10.1.0.0/16, podSubnetOneNodePrefixLen: 29}", point -> {});
        for (String pod : List.of("a", "b", "c", "d")) {
            node.add(pod);
        }
        node.makeNamespace("e");
        assertThat(failure(11, node.variables("ADD", "e"), NETWORK)).contains("all 4 pod addresses");
        failure(50, node.variables("STATUS", "e"), NETWORK);
        nothing(node.variables("DEL", "a"), NETWORK);
        nothing(node.variables("STATUS", "e"), NETWORK);
        success(node.variables("ADD", "e"), NETWORK);
    }

    @Test
    void deletingTwiceAndWithoutNamespaceSucceeds() {
        node.add("a");
        nothing(node.variables("DEL", "a"), NETWORK);
        Map<String, String> second = node.variables("DEL", "a");
        second.remove("CNI_NETNS");
        nothing(second, NETWORK);
        nothing(node.variables("DEL", "never-was"), NETWORK);
        assertNothingLeft();
        assertThat(node.run("a", "ip", "link", "show", "eth0")).isFalse();
    }

    @Test
    void deletingAfterTheNamespaceVanishedFreesTheAddress() {
        node.add("a");
        node.deleteNamespace("a");
        nothing(node.variables("DEL", "a"), NETWORK);
        assertNothingLeft();
    }

    @Test
    void deletingDuringAnAddWaitsForIt() throws Exception {
        node.makeNamespace("a");
        for (int i = 0; i < 5; i++) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<CniHandler.Answer> added = threads.submit(() -> node.ask(node.variables("ADD", "a"), NETWORK));
                Future<CniHandler.Answer> deleted = threads.submit(() -> node.ask(node.variables("DEL", "a"), NETWORK));
                assertThat(added.get().status()).isZero();
                assertThat(deleted.get().status()).isZero();
            }
            nothing(node.variables("DEL", "a"), NETWORK);
            assertNothingLeft();
        }
    }

    @Test
    void checkSucceedsThenNamesTheFirstDifference() {
        String result = node.add("a");
        String network = TestNode.network("1.1.0", ", \"prevResult\": " + result);
        nothing(node.variables("CHECK", "a"), network);
        node.run("a", "ip", "neigh", "del", "10.1.1.1", "dev", "eth0");
        assertThat(failure(102, node.variables("CHECK", "a"), network)).contains("neighbour 10.1.1.1 is missing");
        node.run("a", "ip", "route", "del", "default");
        assertThat(failure(102, node.variables("CHECK", "a"), network)).contains("route to 0.0.0.0/0 is missing");
        node.run("a", "ip", "link", "set", "eth0", "down");
        assertThat(failure(102, node.variables("CHECK", "a"), network)).contains("eth0 is down");
        node.run("a", "ip", "link", "del", "eth0");
        assertThat(failure(102, node.variables("CHECK", "a"), network)).contains("eth0 is missing");
        failure(3, node.variables("CHECK", "stranger"), network);
    }

    @Test
    void checkComparesWithThePreviousResult() {
        String result = node.add("a");
        failure(7, node.variables("CHECK", "a"), NETWORK);
        String other = result.replace("10.1.1.2/32", "10.1.1.99/32");
        assertThat(failure(102, node.variables("CHECK", "a"), TestNode.network("1.1.0", ", \"prevResult\": " + other)))
                .contains("10.1.1.2");
    }

    @Test
    void resyncRepairsWhatCheckFinds() {
        String network = TestNode.network("1.1.0", ", \"prevResult\": " + node.add("a"));
        node.run("a", "ip", "link", "set", "eth0", "mtu", "1300");
        node.run("a", "ip", "addr", "flush", "dev", "eth0");
        node.run("host", "ip", "route", "del", "10.1.0.0/16");
        assertThat(node.agent().node().resync("test"))
                .anyMatch(text -> text.contains("mtu 1300"))
                .anyMatch(text -> text.contains("address 10.1.1.2/32"))
                .anyMatch(text -> text.contains("route to 10.1.0.0/16"));
        nothing(node.variables("CHECK", "a"), network);
        node.run("a", "ip", "link", "del", "eth0");
        node.agent().node().resync("test");
        nothing(node.variables("CHECK", "a"), network);
        assertThat(node.pings("host", "10.1.1.2")).isTrue();
        assertThat(node.agent().node().resync("test")).isEmpty();
    }

    @Test
    void garbageIsWhatIsNotListed() {
        node.add("a");
        node.add("b");
        failure(7, node.variables("GC", "a"), NETWORK);
        String valid = "[{\"containerID\": \"" + node.containerId("a") + "\", \"ifname\": \"eth0\"}]";
        nothing(node.variables("GC", "a"), TestNode.network("1.1.0", ", \"disableGC\": true"));
        String other = "{\"cniVersion\": \"1.1.0\", \"name\": \"other\", \"cni.dev/valid-attachments\": []}";
        nothing(node.variables("GC", "a"), other);
        assertThat(node.agent().node().view().attachments()).hasSize(2);
        nothing(node.variables("GC", "a"), TestNode.network("1.1.0", ", \"cni.dev/valid-attachments\": " + valid));
        assertThat(node.agent().node().view().attachments()).hasSize(1);
        assertThat(node.pings("a", "172.30.1.2")).isTrue();
        nothing(node.variables("GC", "a"), TestNode.network("1.1.0", ", \"cni.dev/attachments\": []"));
        assertNothingLeft();
    }

    @Test
    void versionEchoesWhatWasAsked() {
        JsonNode result = success(Map.of("CNI_COMMAND", "VERSION"), "{\"cniVersion\": \"0.4.0\"}");
        assertThat(result.path("cniVersion").asString()).isEqualTo("0.4.0");
        assertThat(result.path("supportedVersions").toString()).isEqualTo("[\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]");
    }

    @Test
    void aHundredAtOnceHaveAHundredAddresses() throws Exception {
        for (int i = 0; i < 100; i++) {
            node.makeNamespace("p" + i);
        }
        Set<String> addresses = new TreeSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> results = IntStream.range(0, 100)
                    .mapToObj(i -> threads.submit(() -> success(node.variables("ADD", "p" + i), NETWORK)))
                    .toList();
            for (Future<JsonNode> result : results) {
                addresses.add(result.get().path("ips").path(0).path("address").asString());
            }
        }
        assertThat(addresses).hasSize(100);
        assertThat(node.pings("p0", "172.30.1.2")).isTrue();
        assertThat(node.agent().node().resync("test")).isEmpty();
    }

    @Test
    void eventsAreKept() {
        node.add("a");
        failure(3, node.variables("ADD", "nowhere"), NETWORK);
        List<EventHistory.Event> events = node.agent().node().history().events();
        assertThat(events).extracting(EventHistory.Event::kind).containsExactly("start", "pod-add", "pod-add");
        assertThat(events).extracting(EventHistory.Event::sequence).containsExactly(1L, 2L, 3L);
        assertThat(events.get(1).outcome()).isEqualTo("test/a has 10.1.1.2");
        assertThat(events.get(2).failed()).isTrue();
    }

    private void assertNothingLeft() {
        assertThat(node.agent().node().view().attachments()).isEmpty();
        assertThat(node.records()).isZero();
        assertThat(node.agent().node().vswitch().generation().config().interfaces())
                .hasSize(1);
        assertThat(node.agent().node().view().freeAddresses())
                .isEqualTo(node.config().node().settings().addresses().maxPods());
    }

    private JsonNode success(Map<String, String> variables, String network) {
        CniHandler.Answer answer = node.ask(variables, network);
        assertThat(answer.status()).as(answer.text()).isZero();
        return JsonMapper.shared().readTree(answer.text());
    }

    private void nothing(Map<String, String> variables, String network) {
        CniHandler.Answer answer = node.ask(variables, network);
        assertThat(answer.status()).as(answer.text()).isZero();
        assertThat(answer.text()).isEmpty();
    }

    private String failure(int code, Map<String, String> variables, String network) {
        CniHandler.Answer answer = node.ask(variables, network);
        JsonNode error = JsonMapper.shared().readTree(answer.text());
        assertThat(answer.status()).as(answer.text()).isEqualTo(1);
        assertThat(error.path("code").asInt()).as(answer.text()).isEqualTo(code);
        return error.path("msg").asString();
    }
}
