// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.agent.node.FaultPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services from manifests, by real connections: from a pod, from the host, and from the backend itself. */
class ServiceTest {
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: server, labels: {app: server}}
            spec: {containers: [{name: c, image: i, ports: [{name: perf, containerPort: 8080}]}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: client}
            spec: {containers: [{name: c, image: i}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {namespace: test, name: perf}
            spec:
              clusterIP: 10.96.0.10
              selector: {app: server}
              ports: [{port: 80, targetPort: perf}]
            """;

    private TestNode node;

    @BeforeEach
    void start(@TempDir Path manifests) throws IOException {
        Files.writeString(manifests.resolve("all.yaml"), MANIFESTS);
        node = TestNode.start("manifests: " + manifests + "\npodWaitSeconds: 1", FaultPoint.Listener.NONE);
        node.add("client");
    }

    @AfterEach
    void close() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void podsTheHostAndTheBackendItselfReachTheService() throws Exception {
        node.add("server");
        for (String from : new String[] {"client", "host", "server"}) {
            Process server = new ProcessBuilder(
                            "nsenter",
                            "--net=" + node.netns("server"),
                            "iperf3",
                            "-s",
                            "-1",
                            "--forceflush",
                            "-p",
                            "8080")
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader lines = server.inputReader()) {
                assertThat(lines.lines().anyMatch(line -> line.contains("listening")))
                        .isTrue();
                assertThat(node.output(from, "iperf3", "-c", "10.96.0.10", "-p", "80", "-n", "100K"))
                        .as("from %s", from)
                        .contains("receiver");
                assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
            } finally {
                server.destroyForcibly();
            }
        }
    }

    @Test
    void aServiceWithoutEndpointsRefusesAtOnce() {
        String refused = "curl --silent --max-time 10 http://10.96.0.10/; [ $? = 7 ]";
        assertThat(node.run("client", "sh", "-c", refused)).isTrue();
        assertThat(node.run("host", "sh", "-c", refused)).isTrue();
    }
}
