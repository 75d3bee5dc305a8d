// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.Operator.Outcome;
import io.tapline.agent.node.FaultPoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The operators' commands and the HTTP interface, asked about a node with real pods. */
class OperateTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKEN = "open-sesame";
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: server, labels: {app: server}}
            spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: client, labels: {app: client}}
            spec: {containers: [{name: c, image: i}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: clients-only}
            spec:
              podSelector: {matchLabels: {app: server}}
              policyTypes: [Ingress]
              ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {namespace: test, name: web}
            spec: {selector: {app: server}, clusterIP: 10.96.0.10, ports: [{name: http, port: 80}]}
            """;

    @TempDir
    private static Path directory;

    private static TestNode node;
    private static Operator operator;

    @BeforeAll
    static void start() throws IOException {
        Path manifests = Files.createDirectory(directory.resolve("manifests"));
        Files.writeString(manifests.resolve("all.yaml"), MANIFESTS);
        Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        node = TestNode.start(
                "manifests: " + manifests + "\napi: {listen: '127.0.0.1:0', tokenFile: " + token + "}",
                FaultPoint.Listener.NONE);
        operator = new Operator(node.apiSocket());
        node.add("server");
        node.add("client");
        assertThat(node.pings("client", "10.1.1.2")).isTrue();
    }

    @AfterAll
    static void close() {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "pods",
                "interfaces",
                "routes",
                "neighbors",
                "acls",
                "sessions",
                "sessions --nat",
                "services",
                "ipam",
                "events",
                "drops",
                "runtime",
                "config show",
                "log-level"
            })
    void everyViewHasEveryForm(String command) {
        Outcome json = operator.run(command + " -o json");
        assertThat(json.exitCode()).as(json.err()).isZero();
        assertThat(JSON.readTree(json.out()).isObject()).isTrue();
        for (String form : List.of("table", "wide", "yaml")) {
            Outcome other = operator.run(command + " -o " + form);
            assertThat(other.exitCode()).as(other.err()).isZero();
            assertThat(other.out()).as(form).isNotBlank().doesNotStartWith("{");
        }
    }

    @Test
    void podsShowWhoIsWhereAndWhichPolicyIsolatesThem() {
        assertThat(operator.run("pods").out())
                .containsPattern("test/client +10\\.1\\.1\\.3 +ready +tap\\d+ +open +open")
                .containsPattern("test/server +10\\.1\\.1\\.2 +ready +tap\\d+ +clients-only +open");
    }

    @Test
    void accessListsAndSessionsNameTheLineOfThePolicy() {
        String line = "test/clients-only ingress[0].from[0]";
        assertThat(operator.run("acls test/server").out())
                .contains(
                        "output of pod test/server",
                        line,
                        "default deny of pods in test for ingress: test/clients-only");
        assertThat(operator.run("sessions --pod test/server").out())
                .containsPattern(
                        "icmp +10\\.1\\.1\\.[23]:\\d+ +10\\.1\\.1\\.[23]:\\d+ .*test/clients-only ingress\\[0]");
        assertThat(operator.run("sessions --pod test/nobody").out()).startsWith("no connection");
    }

    @Test
    void aServiceShowsItsBackendsAndItsSessions() throws Exception {
        Process server =
                new ProcessBuilder("nsenter", "--net=" + node.netns("server"), "nc", "-l", "-k", "-p", "80").start();
        try {
            while (!node.run("client", "nc", "-z", "-w", "2", "10.96.0.10", "80")) {
                assertThat(server.isAlive()).isTrue();
            }
            assertThat(operator.run("services").out())
                    .containsPattern("test/web +http/TCP +10\\.96\\.0\\.10:80 +10\\.1\\.1\\.2:80 "
                            + "+test/server +active +1 +\\d+ +[1-9]");
            assertThat(operator.run("sessions --nat").out())
                    .containsPattern("tcp +10\\.1\\.1\\.3:\\d+ +10\\.96\\.0\\.10:80 +10\\.1\\.1\\.2:80 "
                            + ".*service test/web port http");
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void aTraceShowsRealPacketsInEveryForm() throws IOException {
        String filter = "trace --from test/client --to test/server --protocol icmp -n 2 -o ";
        assertThat(traced(filter + "text")).contains("acl-plugin-out-ip4-fa", "clients-only", "SENT");
        assertThat(traced(filter + "vpp")).contains("Packet 1", "virtio-input", "ip4-lookup");
        assertThat(JSON.readTree(traced(filter + "json")).get("packets")).hasSize(2);
        Path file = directory.resolve("trace.pcapng");
        assertThat(traced(filter + "pcapng --write " + file)).contains("written to");
        assertThat(Files.size(file)).isGreaterThan(200);
    }

    private static String traced(String command) {
        CompletableFuture<Outcome> trace = CompletableFuture.supplyAsync(() -> operator.run(command));
        while (!trace.isDone()) {
            node.pings("client", "10.1.1.2");
        }
        assertThat(trace.join().exitCode()).as(trace.join().err()).isZero();
        return trace.join().out();
    }

    @Test
    void aFilterThatMakesNoSenseIsExplained() {
        assertThat(operator.run("trace --pod nobody").err()).contains("'nobody' is neither a pod of this node");
        assertThat(operator.run("trace --dropped because").err()).contains("no reason 'because'", "acl-deny");
        assertThat(operator.run("trace --interface tap99").err()).contains("there is no 'tap99'");
        assertThat(operator.run("trace -o pcapng").exitCode()).isEqualTo(2);
        assertThat(operator.run("log-level loud").err()).contains("there is no 'loud'");
        assertThat(operator.run("trace --pod 10.1.1.77 --timeout 0").err()).contains("no packet matched");
    }

    @Test
    void resyncRepairsOnDemand() {
        assertThat(operator.run("resync").out()).contains("everything was in order");
        assertThat(node.run("client", "ip", "route", "del", "default")).isTrue();
        assertThat(operator.run("resync").out()).contains("repaired:", "test/client");
        assertThat(node.pings("client", "10.1.1.2")).isTrue();
        assertThat(operator.run("events").out()).contains("an operator asked for it");
    }

    @Test
    void aBundleHoldsEveryView() throws IOException {
        Path file = directory.resolve("bundle.zip");
        assertThat(operator.run("bundle " + file).out()).contains(file.toString());
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String text = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(text).as(entry.getName()).doesNotContain("\"error\"").doesNotContain(TOKEN);
                names.add(entry.getName());
            }
        }
        assertThat(names).contains("status.json", "pods.json", "metrics.txt", "agent.log", "machine.txt");
    }

    @Test
    void aBundleThatCannotBeWrittenLeavesNothing() throws IOException {
        Path taken = Files.createDirectories(directory.resolve("taken.zip/inside"));
        Outcome outcome = operator.run("bundle " + taken.getParent());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("cannot write", "taken.zip");
        assertThat(directory.resolve("taken.zip.part")).doesNotExist();
    }

    @Test
    void withoutAnAgentTheMessageSaysWhatToDo() {
        Outcome outcome = new Operator(directory.resolve("nobody.sock")).run("status");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("no agent runs here", "nobody.sock", "tapline agent");
    }

    @Test
    void metricsNameTheirUnitsAndPods() throws Exception {
        String metrics = http("/metrics", "").body();
        assertThat(metrics)
                .contains("tapline_pod_sent_bytes_total{namespace=\"test\",pod=\"client\"}")
                .contains("tapline_event_duration_seconds_bucket{kind=\"pod-add\",outcome=\"success\",le=\"0.25\"}")
                .contains("tapline_table_used_records{table=\"sessions_of_access_lists\"}")
                .contains("tapline_check{check=\"worker\"} 0.0");
        assertThat(metrics.lines().filter(line -> !line.startsWith("#"))).allMatch(line -> line.startsWith("tapline_"));
    }

    @Test
    void healthIsForEverybodyAndTheRestNeedsTheToken() throws Exception {
        assertThat(http("/livez", "").body()).isEqualTo("ok");
        assertThat(http("/readyz?verbose", "").body()).contains("[+]worker ok", "[+]host-link ok", "check passed");
        assertThat(http("/v1/pods", "").statusCode()).isEqualTo(401);
        assertThat(http("/v1/pods", "guess").statusCode()).isEqualTo(401);
        assertThat(http("/v1/pods", TOKEN).statusCode()).isEqualTo(200);
        Outcome outcome = Operator.run(
                "pods",
                "--server",
                "http://127.0.0.1:" + node.agent().apiPort(),
                "--token-file",
                directory.resolve("token").toString());
        assertThat(outcome.out()).as(outcome.err()).contains("test/server");
    }

    @Test
    void whatMakesNoSenseIsRefusedWithAReason() throws Exception {
        HttpResponse<String> missing = http("/v1/nothing", TOKEN);
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("there is no /v1/nothing", "/v1/pods");
        HttpResponse<String> unknown = http("/v1/sessions?pods=x", TOKEN);
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("unknown parameter 'pods'", "limit, pod");
        assertThat(http("/v1/sessions?limit=many", TOKEN).body()).contains("'many' is not a whole number");
        assertThat(http("/v1/resync", TOKEN).statusCode()).isEqualTo(405);
    }

    @Test
    void aRequestThatStallsOrIsHugeHarmsNobody() throws IOException {
        try (SocketChannel stalled = SocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel huge = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            stalled.connect(UnixDomainSocketAddress.of(node.apiSocket()));
            stalled.write(ascii("GET /v1/pods HT"));
            huge.connect(UnixDomainSocketAddress.of(node.apiSocket()));
            huge.write(ascii("POST /v1/resync HTTP/1.0\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n"));
            ByteBuffer answer = ByteBuffer.allocate(64);
            huge.read(answer);
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).contains(" 413 ");
            assertThat(operator.run("pods").exitCode()).isZero();
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void theSocketIsForRootOnly() throws Exception {
        Process other = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--clear-groups",
                        "curl",
                        "-sS",
                        "--max-time",
                        "5",
                        "--unix-socket",
                        node.apiSocket().toString(),
                        "http://localhost/v1/pods")
                .redirectErrorStream(true)
                .start();
        String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).as(output).isNotZero();
        assertThat(output.toLowerCase(Locale.ROOT)).doesNotContain("test/server");
    }

    private static HttpResponse<String> http(String target, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + node.agent().apiPort() + target));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void aNodeInTroubleSaysSoAndWhatToDo(@TempDir Path manifests) throws IOException {
        Files.writeString(manifests.resolve("all.yaml"), MANIFESTS);
        try (TestNode broken = TestNode.start("manifests: " + manifests, FaultPoint.Listener.NONE)) {
            Operator there = new Operator(broken.apiSocket());
            broken.add("server");
            assertThat(there.run("status").exitCode()).isZero();
            broken.deleteNamespace("server");
            Files.writeString(manifests.resolve("policy.yaml"), "kind: NetworkPolicy\nmetadata: {name: x}\nspec: 7\n");
            there.run("resync");
            Outcome status = there.run("status");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!status.out().contains("manifests:") && System.nanoTime() < end) {
                status = there.run("status");
            }
            assertThat(status.exitCode()).isEqualTo(3);
            assertThat(status.out())
                    .contains("works, but somebody should look", "1 LOST")
                    .containsPattern("WARNING +pods: 1 lost: test/server")
                    .containsPattern("WARNING +manifests: mistakes in .*policy.yaml");
            JsonNode json = JSON.readTree(there.run("status -o json").out());
            assertThat(json.get("state").asString()).isEqualTo("WARNING");
        }
    }
}
