// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plug-in in the hands of a real container runtime. */
@Tag("slow")
class ContainerdTest {
    private static final Path LOOPBACK = Path.of("/usr/lib/cni/loopback");
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: friend, labels: {app: friend}}
            spec: {nodeName: here, containers: [{name: c, image: i}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: stranger}
            spec: {nodeName: here, containers: [{name: c, image: i}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: test, name: sandbox, labels: {app: sandbox}}
            spec: {nodeName: containerd, containers: [{name: c, image: i}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: friends}
            spec:
              podSelector: {matchLabels: {app: sandbox}}
              ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}]}]
            """;

    @Test
    void containerdMakesAndRemovesAPodUnderItsPolicies(@TempDir Path root) throws Exception {
        assumeContainerd();
        TestLab.assume(ContainerdTest.class);
        try (TestLab lab = new TestLab(root)) {
            lab.write("pods.yaml", MANIFESTS);
            TestLab.Ran up = lab.up("--node", "here");
            assertThat(up.status()).as(up.output()).isZero();
            StateDirectory directory = lab.directory();
            Files.createSymbolicLink(directory.pluginDirectory().resolve("loopback"), LOOPBACK);
            try (Containerd containerd =
                    new Containerd(root.resolve("cri"), directory.pluginDirectory(), directory.networkDirectory())) {
                String id = containerd.run("test", "sandbox");
                try {
                    String ping = "ping -n -c 1 -W 1 " + containerd.address(id) + " > /dev/null";
                    assertThat(lab.shell("friend", ping)).isTrue();
                    assertThat(lab.shell("stranger", ping)).isFalse();
                    assertThat(attachments(directory)).isEqualTo(3);
                } finally {
                    containerd.stop(id);
                    containerd.remove(id);
                }
                assertThat(attachments(directory)).isEqualTo(2);
            }
        }
    }

    private static long attachments(StateDirectory directory) throws Exception {
        try (Stream<Path> files = Files.list(directory.agentState().resolve("attachments"))) {
            return files.count();
        }
    }

    private static void assumeContainerd() {
        List<String> missing = Stream.of("containerd", "ctr", "runc", "curl", "ping")
                .filter(command -> !isHere(command))
                .toList();
        String why = "";
        if (!missing.isEmpty()) {
            why = "not installed: " + String.join(", ", missing) + " (packages containerd, curl, iputils-ping)";
        } else if (!Files.isExecutable(LOOPBACK)) {
            why = LOOPBACK + " is missing (package containernetworking-plugins)";
        } else if (!"amd64".equals(System.getProperty("os.arch"))) {
            why = "its image is for x86-64";
        }
        if (!why.isEmpty()) {
            System.err.println("SKIPPED ContainerdTest: " + why);
            abort("SKIPPED ContainerdTest: " + why);
        }
    }

    private static boolean isHere(String command) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }
}
