// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.Operator.Outcome;
import io.tapline.agent.node.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VPP's debug commands about a node with two pods, one of which nobody may reach. */
class VppCommandsTest {
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: closed, labels: {app: closed}}
            spec: {containers: [{name: c, image: i}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: open, labels: {app: open}}
            spec: {containers: [{name: c, image: i}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: nobody}
            spec: {podSelector: {matchLabels: {app: closed}}, policyTypes: [Ingress]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {namespace: test, name: web}
            spec: {selector: {app: open}, clusterIP: 10.96.0.10, ports: [{port: 80}]}
            """;

    private static TestNode node;
    private static Operator operator;

    @BeforeAll
    static void start(@TempDir Path manifests) throws IOException {
        Files.writeString(manifests.resolve("all.yaml"), MANIFESTS);
        node = TestNode.start("manifests: " + manifests, FaultPoint.Listener.NONE);
        operator = new Operator(node.apiSocket());
        node.add("closed");
        node.add("open");
        assertThat(node.pings("closed", "10.1.1.3")).isTrue();
        assertThat(node.run("open", "ping", "-n", "-c", "1", "-W", "1", "10.1.1.2"))
                .isFalse();
    }

    @AfterAll
    static void close() {
        if (node != null) {
            node.close();
        }
    }

    private static String vpp(String command) {
        Outcome outcome = operator.run("vpp " + command);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    @Test
    void showsInterfacesAsVppDoes() {
        assertThat(vpp("show interface"))
                .containsPattern("(?m)^ +Name +Idx +State +MTU \\(L3/IP4/IP6/MPLS\\) +Counter +Count$")
                .containsPattern("(?m)^tap1 +2 +up +1450/0/0/0 +rx packets +[1-9]\\d*$")
                .containsPattern("(?m)^ +tx packets +[1-9]\\d*$");
        assertThat(vpp("sh int addr")).contains("tap0 (up):\n  L3 172.30.1.1/24");
    }

    @Test
    void showsForwardingTablesAndNeighbours() {
        assertThat(vpp("show ip fib"))
                .contains("ipv4-VRF:0, fib_index:0, flow hash:[src dst sport dport proto ]")
                .contains("10.1.1.2/32\n  unicast-ip4-chain\n  [@0]: dpo-load-balance: [proto:ip4 buckets:1]")
                .containsPattern("\\[@5]: ipv4 via 10\\.1\\.1\\.2 tap1: mtu:1450 [0-9a-f]{24}0800");
        assertThat(vpp("show ip fib table 1 10.1.1.2")).contains("10.1.1.2/32").doesNotContain("10.1.1.3/32");
        assertThat(vpp("show ip neighbors")).containsPattern("10\\.1\\.1\\.2 +S +02:fe:[0-9a-f:]+ +tap1");
    }

    @Test
    void showsAccessListsWithTheirOrigins() {
        assertThat(vpp("show acl-plugin acl"))
                .containsPattern("acl-index \\d+ count \\d+ tag \\{ingress test: nobody}")
                .containsPattern(
                        ": ipv4 deny src 0\\.0\\.0\\.0/0 dst 0\\.0\\.0\\.0/0 proto 0 sport 0-65535 dport 0-65535"
                                + "  \\{default deny of .*test/nobody}");
        assertThat(vpp("show acl-plugin interface")).contains("sw_if_index 2 (tap1):\n  input acl(s):");
        assertThat(vpp("show acl-plugin sessions"))
                .containsPattern("proto 1 10\\.1\\.1\\.\\d:\\d+ <-> 10\\.1\\.1\\.\\d");
    }

    @Test
    void showsNat() {
        assertThat(vpp("show nat44 static mappings"))
                .contains("tcp external 10.96.0.10:80", "local 10.1.1.3:80 vrf 1 probability 1", "service test/web");
        assertThat(vpp("show nat44 summary")).contains("total static mappings: ");
        assertThat(vpp("show nat44 interfaces")).contains("tap1 ");
    }

    @Test
    void countsErrorsUntilTheyAreCleared() {
        assertThat(vpp("show errors")).containsPattern("\\d+ +acl-plugin-out-ip4-fa +ACL deny packets");
        assertThat(vpp("show runtime")).containsPattern("ip4-lookup +active +\\d+ +\\d+");
        assertThat(vpp("clear errors")).isEmpty();
        assertThat(vpp("show errors")).doesNotContain("ACL deny packets");
        assertThat(node.run("open", "ping", "-n", "-c", "1", "-W", "1", "10.1.1.2"))
                .isFalse();
        assertThat(vpp("show errors")).containsPattern("(?m)^ +1 +acl-plugin-out-ip4-fa +ACL deny packets$");
    }

    @Test
    void tracesPackets() {
        assertThat(vpp("clear trace")).isEmpty();
        assertThat(vpp("show trace")).contains("No packets in trace buffer");
        assertThat(vpp("trace add virtio-input 10")).isEmpty();
        assertThat(node.pings("closed", "10.1.1.3")).isTrue();
        assertThat(vpp("show trace")).contains("Packet 1", "virtio-input", "ip4-lookup");
    }

    @ParameterizedTest
    @CsvSource({
        "sh err, Reason",
        "sh run, Vectors/Call",
        "sh ver, tapline v",
        "sh nat44 sess, NAT44 ED sessions",
        "sh acl acl, acl-index"
    })
    void wordsMayBeCutShort(String command, String expected) {
        assertThat(vpp(command)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "show hardware",
                "s",
                "show nat44 s",
                "show interface tap7 now",
                "trace add dpdk-input 5",
                "show ip fib nowhere"
            })
    void whatIsNotUnderstoodIsExplained(String command) {
        Outcome outcome = operator.run("vpp " + command);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).isNotBlank().doesNotContain("internal error");
    }
}
