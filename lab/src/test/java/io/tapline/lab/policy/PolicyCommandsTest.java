// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.Intent;
import io.tapline.source.ManifestReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on the examples that the documentation shows. */
class PolicyCommandsTest {
    private static final String SHOP = "../examples/policy/shop.yaml";
    private static final String HOSTS = "../examples/policy/hosts.yaml";

    private record Run(int exitCode, String out) {}

    @TempDir
    private Path directory;

    private static Run run(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(command).setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        int exitCode = line.execute(arguments);
        return new Run(exitCode, out.toString());
    }

    @Test
    void explainsWhichLineAllows() {
        Run run = run(new ExplainCommand(), "web/frontend", "shop/api", "8080", "-f", SHOP);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("allowed by shop/api-from-front ingress[0].from[0].ports[0]")
                .contains("request on node-1:")
                .contains("answer on node-1:");
    }

    @Test
    void theReferenceEvaluatorAgreesWithTheMatrix() {
        for (String[] manifests : new String[][] {{SHOP}, {HOSTS, "--host-policies", "tapline-hosts"}}) {
            List<String> arguments = new ArrayList<>(List.of("--check", "--probe", "80,8080,5432,22,9100", "-f"));
            arguments.addAll(List.of(manifests));
            Run matrix = run(new MatrixCommand(), arguments.toArray(String[]::new));
            assertThat(matrix.out())
                    .contains("TCP/9100", "the reference evaluator agrees")
                    .doesNotContain("but not by");
            assertThat(matrix.exitCode()).isZero();
        }
    }

    @Test
    void aDisagreementWithTheReferenceEvaluatorIsNamed() {
        Intent intent =
                Placement.complete(ManifestReader.read(List.of(Path.of(SHOP))).intent(), Optional.empty());
        List<Probe> probes = List.of(Probe.parse("TCP/5432"));
        Reachability right = Reachability.of(intent, Optional.empty(), probes, false);
        Map<String, String> rows = new LinkedHashMap<>(right.rows().get("TCP/5432"));
        rows.replaceAll((from, row) -> from.equals("web/frontend") ? ".".repeat(row.length()) : row);
        Reachability wrong = new Reachability(right.pods(), List.of(), Map.of("TCP/5432", rows));

        assertThat(new ReferenceCheck(intent, Optional.empty()).disagreements(wrong, probes))
                .contains("TCP/5432 from web/frontend to shop/db: allowed, but not by the reference evaluator")
                .allMatch(line -> line.startsWith("TCP/5432 from web/frontend to "));
    }

    @Test
    void explainsWhatIsolatesAndWhatCameNearest() {
        Run run = run(new ExplainCommand(), "shop/api", "shop/db", "3306", "-f", SHOP);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("dropped: shop/db is isolated for ingress by shop/db-from-api, shop/deny-all; nearest rule"
                        + " shop/db-from-api ingress[0].from[0].ports[0] differs in: port 5432, not 3306")
                .contains("request on node-1:")
                .contains("request on node-2:")
                .doesNotContain("answer on");
    }

    @Test
    void explainsAConnectionToAServiceAtThePodBehindIt() {
        Run run = run(new ExplainCommand(), "web/frontend", "shop/api-service", "80", "-f", SHOP, "-o", "json");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("\"to\" : \"shop/api\"")
                .contains("\"port\" : 8080")
                .contains("\"name\" : \"service shop/api-service\"")
                .contains("\"verdict\" : \"allowed\"");
        Run text = run(new ExplainCommand(), "web/frontend", "10.96.0.1", "80", "-f", SHOP);
        assertThat(text.out())
                .contains("service shop/api-service (10.96.0.1) port 80, translated to shop/api (10.244.0.2) port 8080")
                .contains("allowed by shop/api-from-front ingress[0].from[0].ports[0]")
                .contains("dnat 10.96.0.1:80 -> 10.244.0.2:8080")
                .contains("snat 10.244.0.2:8080 -> 10.96.0.1:80");
    }

    @Test
    void explainsInTheFormOfVpp() {
        Run run = run(new ExplainCommand(), "web/frontend", "shop/api-service", "80", "-f", SHOP, "-o", "vpp");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("request on node-1:", "answer on node-1:")
                .containsPattern("\\d\\d:\\d\\d:\\d\\d:\\d{6}: virtio-input")
                .contains("NAT44_OUT2IN: sw_if_index 3, next index 1, session index 0")
                .containsPattern("acl-plugin: sw_if_index 2, next index \\d+, action: 2, match: acl \\d+ rule 2")
                .contains("fib 1 dpo-idx");
        Run dropped = run(new ExplainCommand(), "shop/db", "shop/api-service", "80", "-f", SHOP, "-o", "vpp");
        assertThat(dropped.exitCode()).isEqualTo(1);
        assertThat(dropped.out())
                .contains("acl-plugin-out-ip4-fa: ACL deny packets")
                .doesNotContain("answer on");
    }

    @Test
    void judgesAServiceByThePodsBehindIt() throws IOException {
        Path file = Files.writeString(directory.resolve("two.yaml"), """
                apiVersion: v1
                kind: Pod
                metadata: {name: client, namespace: x}
                spec: {nodeName: one, containers: [{name: c, image: i}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: open, namespace: x, labels: {app: web}}
                spec: {nodeName: two, containers: [{name: c, image: i}]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: shut, namespace: x, labels: {app: web, shut: 'yes'}}
                spec: {nodeName: one, containers: [{name: c, image: i}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: x}
                spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: none, namespace: x}
                spec: {selector: {app: none}, ports: [{port: 80}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: shut, namespace: x}
                spec: {podSelector: {matchLabels: {shut: 'yes'}}}
                """);
        Run run = run(new ExplainCommand(), "x/client", "x/web", "80", "-f", file.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("translated to x/shut (10.244.0.4) port 8080")
                .contains("dropped: x/shut is isolated for ingress by x/shut")
                .contains("another connection may go to x/open (10.244.0.3): allowed");
        assertThat(run(new ExplainCommand(), "x/client", "x/none", "80", "-f", file.toString())
                        .out())
                .contains("dropped: the service has no backend that takes connections");
        Run matrix = run(new MatrixCommand(), "-f", file.toString(), "--services", "-o", "json");
        assertThat(matrix.out().replaceAll("\\s", ""))
                .contains("\"services\":[\"x/noneTCP/80\",\"x/webTCP/80\"]")
                .contains("\"services\":{\"x/client\":\"X~\",\"x/open\":\"X~\",\"x/shut\":\"X.\"}");
        Run change = run(new WhatIfCommand(), "-f", file.toString(), "--delete", "x/shut", "--services");
        assertThat(change.out())
                .contains("services x/client -> x/web TCP/80: allowed to some of its pods now, allowed then");
    }

    @Test
    void saysWhoIsNotThere() {
        Run run = run(new ExplainCommand(), "web/nobody", "shop/db", "80", "-f", SHOP);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.out()).contains("there is no pod web/nobody");
        Run node = run(new ExplainCommand(), "node/nowhere", "shop/db", "80", "-f", SHOP);
        assertThat(node.exitCode()).isNotZero();
        assertThat(node.out()).contains("there is no node nowhere;");
    }

    @Test
    void printsAMatrix() {
        Run run = run(new MatrixCommand(), "-f", SHOP, "--probe", "tcp/5432,udp/53");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()
                        .lines()
                        .filter(line -> line.contains("/"))
                        .map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "tcp/5432",
                        "1 shop/api ...",
                        "2 shop/db X..",
                        "3 web/frontend XX.",
                        "udp/53",
                        "1 shop/api .X.",
                        "2 shop/db X..",
                        "3 web/frontend XX.");
    }

    @Test
    void printsAMatrixAsAPage() {
        Run run = run(new MatrixCommand(), "-f", SHOP, "-o", "html");
        assertThat(run.out())
                .startsWith("<!DOCTYPE html>")
                .contains("<td class=\"no\" title=\"web/frontend to shop/db\">X</td>")
                .doesNotContain("http");
    }

    @Test
    void saysWhatAProposalWouldChange() {
        Run run = run(
                new WhatIfCommand(), "-f", SHOP, "--proposed", "../examples/policy/proposed.yaml", "--probe", "5432");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "TCP/5432 web/frontend -> shop/db: dropped now, allowed then", "1 verdict would change");
        Run deleted = run(new WhatIfCommand(), "-f", SHOP, "--delete", "shop/db-from-api", "--probe", "5432");
        assertThat(deleted.out().lines())
                .containsExactly("TCP/5432 shop/api -> shop/db: allowed now, dropped then", "1 verdict would change");
    }

    @Test
    void explainsADenialThatIsAnswered() throws IOException {
        Path file = Files.writeString(
                directory.resolve("reject.yaml"),
                Files.readString(Path.of(SHOP))
                        .replace("name: shop}", "name: shop, annotations: {tapline.io/denied: reject}}"));
        Run run = run(new ExplainCommand(), "web/frontend", "shop/db", "5432", "-f", file.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("dropped: shop/db is isolated for ingress by shop/db-from-api, shop/deny-all");
    }

    @Test
    void meetsTheExpectationsOfTheExample() {
        Run run = run(new PolicyCommand(), "test", "../examples/policy/shop-test.yaml");
        assertThat(run.out()).isEqualToIgnoringNewLines("8 expectations, 0 not met");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void saysWhichExpectationIsNotMetAndWhy() throws IOException {
        Files.copy(Path.of(SHOP), directory.resolve("shop.yaml"));
        Path file = Files.writeString(directory.resolve("test.yaml"), """
                manifests: [shop.yaml]
                expect:
                - deny: {from: shop/api, to: shop/db, port: 5432}
                """);
        Run run = run(new PolicyCommand(), "test", file.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("test.yaml:3: expected: deny shop/api -> shop/db TCP/5432")
                .contains("but it is allowed by shop/db-from-api ingress[0].from[0].ports[0]")
                .contains("1 expectations, 1 not met");
    }

    @Test
    void explainsPoliciesOnNodesAndHostPods() {
        Run node = run(new ExplainCommand(), hosts("shop/api", "node/node-1", "22"));
        assertThat(node.exitCode()).isEqualTo(1);
        assertThat(node.out())
                .contains("dropped: node/node-1 is isolated for ingress by tapline-hosts/open-ports; nearest rule"
                        + " tapline-hosts/open-ports ingress[0].ports[1] differs in: port 9100, not 22")
                .contains("request on node-1:");
        Run pod = run(new ExplainCommand(), hosts("shop/api", "web/proxy", "9100"));
        assertThat(pod.out())
                .contains("dropped: host-network pod web/proxy is isolated for ingress by web/proxy-from-front; nearest"
                        + " rule web/proxy-from-front ingress[0].from[0] differs in: from 10.244.0.3, not 10.244.0.2");
        assertThat(run(new ExplainCommand(), hosts("web/frontend", "web/proxy", "9100"))
                        .out())
                .contains("allowed by web/proxy-from-front ingress[0].from[0]");
        assertThat(run(new ExplainCommand(), hosts("203.0.113.7", "node/node-1", "22"))
                        .out())
                .contains("allowed by the node's own card");
    }

    private static String[] hosts(String from, String to, String port) {
        return new String[] {from, to, port, "-f", HOSTS, "--host-policies", "tapline-hosts"};
    }

    @Test
    void triesNodesWherePoliciesHoldOnThem() {
        Run matrix = run(new MatrixCommand(), "-f", HOSTS, "--probe", "22", "--host-policies", "tapline-hosts");
        assertThat(matrix.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .contains("1 shop/api ..X", "2 web/frontend ..X", "3 node/node-1 ..-");
        Run change = run(
                new WhatIfCommand(),
                "-f",
                HOSTS,
                "--delete",
                "tapline-hosts/open-ports",
                "--probe",
                "22,9100",
                "--host-policies",
                "tapline-hosts");
        assertThat(change.out().lines())
                .containsExactly(
                        "TCP/22 shop/api -> node/node-1: dropped now, allowed then",
                        "TCP/22 web/frontend -> node/node-1: dropped now, allowed then",
                        "2 verdicts would change");
    }

    @Test
    void saysWhatOfPoliciesOnHostsIsWrongOrCannotBeHeld() throws IOException {
        assertThat(run(new MatrixCommand(), "-f", SHOP, "--host-policies", "Hosts")
                        .out())
                .contains("--host-policies: 'Hosts' is not the name of a namespace");
        assertThat(run(new MatrixCommand(), "-f", SHOP, "--no-reach-own-pods").out())
                .contains("no meaning without --host-policies");
        Path file = Files.writeString(directory.resolve("out.yaml"), """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: out, namespace: web}
                spec: {podSelector: {}, policyTypes: [Egress]}
                """);
        assertThat(run(new MatrixCommand(), "-f", HOSTS, file.toString(), "--host-policies", "tapline-hosts")
                        .out())
                .contains(
                        "warning: NetworkPolicy web/out selects Pod web/proxy, which is in the host network: its rules"
                                + " for egress have no effect there");
    }

    @Test
    void expectsThingsOfNodes() throws IOException {
        Files.copy(Path.of(HOSTS), directory.resolve("hosts.yaml"));
        String text = """
                manifests: [hosts.yaml]
                hostPolicies: {namespace: tapline-hosts, reachOwnPods: false}
                expect:
                - deny: {from: shop/api, to: node/node-1, port: 22}
                - allow: {from: node/node-1, to: shop/api, port: 8080}
                - allow: {from: shop/api, to: node/node-1, port: udp/53}
                """;
        Path file = Files.writeString(directory.resolve("test.yaml"), text);
        assertThat(run(new PolicyCommand(), "test", file.toString()).out())
                .isEqualToIgnoringNewLines("3 expectations, 0 not met");
        Files.writeString(file, text.replace("tapline-hosts,", "Bad,"));
        assertThat(run(new PolicyCommand(), "test", file.toString()).out())
                .contains("test.yaml:2", "'Bad' is not the name of a namespace");
    }

    @Test
    void printsACaseAsJsonWhetherOrNotItExpectsAnything() throws IOException {
        Path file = Files.writeString(directory.resolve("case.yaml"), """
                id: tiny
                cluster:
                  namespaces: [{name: x, labels: {}}]
                  endpoints:
                  - {kind: pod, namespace: x, name: a, ips: [10.244.1.10], node: node-1, labels: {pod: a}, ports: []}
                  - {kind: pod, namespace: x, name: b, ips: [10.244.2.10], node: node-2, labels: {pod: b}, ports: []}
                  - {kind: ext, name: out, ips: [203.0.113.1]}
                steps:
                - name: closed
                  actions:
                  - applyPolicy:
                      apiVersion: networking.k8s.io/v1
                      kind: NetworkPolicy
                      metadata: {name: p, namespace: x}
                      spec: {podSelector: {matchLabels: {pod: a}}}
                  probes: [TCP/80]
                  columns: [x/a, x/b, 'ext:out']
                """);
        Run run = run(new PolicyCommand(), "case", file.toString(), "-o", "json");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().replaceAll("\\s", ""))
                .isEqualTo("{\"case\":\"tiny\",\"steps\":[{\"name\":\"closed\",\"matrix\":{\"TCP/80\":"
                        + "{\"x/a\":\"...\",\"x/b\":\"X..\",\"ext:out\":\"X.-\"}}}]}");
        String text = Files.readString(file);
        Files.writeString(
                file, text + "  expected: [{probes: [TCP/80], rows: {x/a: '...', x/b: '...', 'ext:out': 'X.-'}}]\n");
        Run wrong = run(new PolicyCommand(), "case", file.toString());
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out()).contains("WRONG tiny").contains("X..   expected ...   <--");
    }

    @Test
    void theCommandsOfTheDocumentationWork() throws IOException {
        List<String> commands = Files.readAllLines(Path.of("../docs/policy.md")).stream()
                .filter(line -> line.startsWith("./tapline "))
                .toList();
        assertThat(commands).hasSizeGreaterThan(7);
        for (String command : commands) {
            String[] words = command.replaceAll(" > .*", "")
                    .replaceAll(" (examples|lab)/", " ../$1/")
                    .split(" ", -1);
            Object subcommand = switch (words[1]) {
                case "explain" -> new ExplainCommand();
                case "matrix" -> new MatrixCommand();
                case "what-if" -> new WhatIfCommand();
                default -> new PolicyCommand();
            };
            Run run = run(subcommand, Arrays.copyOfRange(words, 2, words.length));
            assertThat(run.exitCode()).as("%s%n%s", command, run.out()).isEqualTo(command.contains("3306") ? 1 : 0);
        }
    }
}
