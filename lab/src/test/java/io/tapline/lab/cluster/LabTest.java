// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.lab.cluster.TestLab.Ran;
import io.tapline.linux.NetworkNamespace;
import io.tapline.model.Kind;
import io.tapline.model.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The life of a lab, by its commands, with a real agent, the real plug-in and real packets. */
class LabTest {
    private static final String PODS = """
            apiVersion: v1
            kind: Pod
            metadata: {namespace: shop, name: front, labels: {app: front}}
            spec: {containers: [{name: c, image: i, command: [sleep], args: ["3600"]}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: shop, name: web, labels: {app: web}}
            spec:
              containers:
              - {name: c, image: i, command: [no-such-program], ports: [{name: http, containerPort: 80}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: shop, name: db, labels: {app: db}}
            spec:
              nodeName: here
              containers:
              - name: c
                image: i
                ports: [{containerPort: 5432}, {containerPort: 53, protocol: UDP}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: shop, name: far}
            spec: {nodeName: there, containers: [{name: c, image: i}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {namespace: shop, name: web}
            spec: {clusterIP: 10.96.0.10, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
            """;
    private static final String POLICY = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: db, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: db}}
              ingress: [{from: [{podSelector: {matchLabels: {app: %s}}}]}]
            """;

    private TestLab lab;

    @BeforeEach
    void write(@TempDir Path root) throws IOException {
        TestLab.assume(LabTest.class);
        lab = new TestLab(root);
        lab.write("pods.yaml", PODS);
        lab.write("policy.yaml", POLICY.formatted("web"));
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void livesChangesOutlivesItsAgentAndLeavesNothing() throws IOException {
        Ran up = lab.up("--node", "here");
        assertThat(up.status()).as(up.output()).isZero();
        assertThat(up.output())
                .contains("left out   shop/far is bound to node there, and this is here")
                .contains("this machine has no no-such-program");
        connects();
        changes();
        outlivesItsAgent();
        probesWhatIs();
        leavesNothing();
    }

    private void connects() {
        assertThat(lab.run("status").status()).isZero();
        String web = "http://" + lab.address("shop/web") + ":80/";
        assertThat(lab.gets("front", web, "shop/web answers " + lab.address("shop/front")))
                .isTrue();
        assertThat(lab.gets("shop/front", "http://10.96.0.10/", "shop/web answers"))
                .isTrue();
        String database = "http://" + lab.address("shop/db") + ":5432/";
        assertThat(lab.gets("web", database, "shop/db answers")).isTrue();
        assertThat(lab.shell("front", "curl --silent --max-time 0.5 " + database + "; [ $? = 28 ]"))
                .isTrue();
        assertThat(lab.shell("front", "exit 7; true")).isFalse();
    }

    private void changes() throws IOException {
        List<BackgroundProcess> before = commandOf("shop/front");
        lab.write("policy.yaml", POLICY.formatted("front"));
        lab.write(
                "pods.yaml",
                PODS.replace("name: web, labels", "name: web-2, labels")
                        .replace("containerPort: 5432", "containerPort: 5433"));
        Ran up = lab.up();
        assertThat(up.status()).as(up.output()).isZero();
        assertThat(up.output()).contains("removed    shop/web").contains("shop/web-2 has");
        assertThat(commandOf("shop/front")).isEqualTo(before);
        assertThat(NetworkNamespace.exists(lab.directory().namespace(pod("web"))))
                .isFalse();
        assertThat(lab.gets("front", "http://" + lab.address("shop/db") + ":5433/", "shop/db answers"))
                .isTrue();
        assertThat(lab.gets("front", "http://10.96.0.10/", "shop/web-2 answers"))
                .isTrue();
    }

    private static ObjectRef pod(String name) {
        return new ObjectRef(Kind.POD, "shop", name);
    }

    private List<BackgroundProcess> commandOf(String name) {
        return new PodStore(lab.directory())
                .readAll().values().stream()
                        .filter(record -> record.pod().qualifiedName().equals(name))
                        .flatMap(record -> record.running().values().stream())
                        .filter(BackgroundProcess::isAlive)
                        .toList();
    }

    private void outlivesItsAgent() {
        String database = lab.address("shop/db");
        TaplineProcess agent = TaplineProcess.agent(lab.directory());
        agent.find().flatMap(BackgroundProcess::handle).orElseThrow().destroyForcibly();
        while (agent.find().isPresent()) {
            Thread.onSpinWait();
        }
        Ran status = lab.run("status", "-o", "json");
        assertThat(status.status()).isEqualTo(3);
        JsonNode json = JsonMapper.shared().readTree(status.output());
        assertThat(json.path("kind").asString()).isEqualTo("LabStatus");
        assertThat(json.path("pods").path(0).path("state").asString()).isEqualTo("no agent");
        List<BackgroundProcess> before = commandOf("shop/front");
        Ran up = lab.run("up");
        assertThat(up.status()).as(up.output()).isZero();
        assertThat(commandOf("shop/front")).hasSize(1).isEqualTo(before);
        assertThat(lab.address("shop/db")).isEqualTo(database);
        assertThat(lab.gets("front", "http://" + database + ":5433/", "shop/db answers"))
                .isTrue();
    }

    private void probesWhatIs() {
        Ran same = lab.run("probe", "--timeout", "500");
        assertThat(same.status()).as(same.output()).isZero();
        assertThat(same.output())
                .contains("TCP/80")
                .contains("TCP/5433")
                .contains("UDP/53")
                .contains("as the manifests have it");
        assertThat(lab.shell("front", "ip route del default")).isTrue();
        Ran differs = lab.run("probe", "--timeout", "500", "-o", "json");
        assertThat(differs.status()).as(differs.output()).isEqualTo(1);
        assertThat(differs.output())
                .contains("TCP/5433 shop/front -> shop/db should be allowed, and was not")
                .contains("UDP/53 shop/front -> shop/db should be allowed, and was not");
    }

    private void leavesNothing() {
        BackgroundProcess command = commandOf("shop/front").getFirst();
        Ran down = lab.run("down");
        assertThat(down.status()).as(down.output()).isZero();
        assertThat(down.output()).contains("removed the lab").doesNotContain("going on");
        assertThat(lab.namespaces()).isEmpty();
        assertThat(command.isAlive()).isFalse();
        assertThat(TaplineProcess.agent(lab.directory()).find()).isEmpty();
        assertThat(TaplineProcess.responder(lab.directory()).find()).isEmpty();
        assertThat(lab.directory().root()).doesNotExist();
        assertThat(lab.run("down").output()).contains("there was no lab");
        assertThat(lab.run("status").status()).isEqualTo(1);
    }

    @Test
    void whatWasCutOffIsToldAndRemoved() throws IOException {
        Files.createDirectories(lab.directory().root());
        new LabSettings("here", true).write(lab.directory());
        // What there is when 'lab up' is cut off between the namespace and the plug-in.
        new PodStore(lab.directory()).write(PodRecord.begun(new Workload(pod("lost"), List.of())));
        NetworkNamespace.create(lab.directory().namespace(pod("lost"))).close();
        Ran status = lab.run("status");
        assertThat(status.status()).isEqualTo(3);
        assertThat(status.output()).contains("half made").contains("agent      does not run");
        assertThat(lab.run("probe").output()).contains("not all pods are ready");
        assertThat(lab.run("up", "--node", "elsewhere").output()).contains("give its manifests with -f");
        assertThat(lab.run("exec", "nobody", "--", "true").output()).contains("the lab has no pod 'nobody'");
        Ran down = lab.run("down");
        assertThat(down.status()).as(down.output()).isZero();
        assertThat(lab.namespaces()).isEmpty();
        assertThat(lab.directory().root()).doesNotExist();
    }

    @Test
    void refusesWhatCannotBe() throws IOException {
        Ran nothing = lab.run("up");
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.output()).contains("give its manifests with -f");
        assertThat(lab.run("status").output()).contains("there is no lab in");
        lab.write("policy.yaml", POLICY.formatted("web").replace("podSelector: {matchL", "podSelektor: {matchL"));
        assertThat(lab.up().output())
                .contains("the manifests cannot be accepted")
                .contains("podSelector");
        lab.write("policy.yaml", POLICY.formatted("web"));
        Path other = Files.createDirectories(lab.directory().root()).resolve("precious");
        Files.writeString(other, "");
        assertThat(lab.up().output()).contains("is not empty, and holds no lab");
        assertThat(lab.run("down").status()).isEqualTo(1);
        assertThat(other).exists();
    }
}
