// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.agent.cni.CniHandler;
import io.tapline.agent.node.FaultPoint;
import io.tapline.dataplane.SwitchUsage;
import io.tapline.dataplane.SwitchUsage.TableUse;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.source.ManifestException;
import io.tapline.vswitch.LiveSwitch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests decide who reaches whom; what is checked is real packets. */
class PolicyTest {
    private static final String NETWORK = TestNode.network("1.1.0", "");
    private static final String PODS = TestNode.pods("server", "friend", "stranger");
    private static final String FRIENDS_ONLY = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: friends-only}
            spec:
              podSelector: {matchLabels: {app: server}}
              policyTypes: [Ingress]
              ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}]}]
            """;
    private static final String NO_EGRESS = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: test, name: no-egress}
            spec: {podSelector: {matchLabels: {app: stranger}}, policyTypes: [Egress]}
            """;

    private Path manifests;
    private TestNode node;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        manifests = directory;
        Files.writeString(manifests.resolve("pods.yaml"), PODS);
        Files.writeString(manifests.resolve("policy.yaml"), FRIENDS_ONLY);
        node = TestNode.start("manifests: " + directory + "\npodWaitSeconds: 1", FaultPoint.Listener.NONE);
    }

    @AfterEach
    void close() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void sessionsHaveTheRoomAndTheTimeOutsThatAreConfigured() {
        node.close();
        node = TestNode.start(
                "sessions: {max: 2048}\nnat: {maxSessions: 4096, udpSeconds: 7}", FaultPoint.Listener.NONE);
        LiveSwitch vswitch = node.agent().node().vswitch();
        assertThat(vswitch.usage().tables())
                .contains(
                        new TableUse(SwitchUsage.Table.ACL_SESSIONS, 0, 2048),
                        new TableUse(SwitchUsage.Table.NAT_SESSIONS, 0, 4096));
        NatTimeouts timeouts = vswitch.generation().config().nat().timeouts();
        assertThat(timeouts.udp()).isEqualTo(7);
        assertThat(timeouts.icmp()).isEqualTo(NatTimeouts.DEFAULT.icmp());
    }

    @Test
    void aPolicyIsInForceWhenItsPodStartsAndAfterARestart() {
        node.add("server");
        node.add("friend");
        node.add("stranger");
        assertThat(node.pings("friend", "10.1.1.2")).isTrue();
        assertThat(pingsQuickly("stranger", "10.1.1.2")).isFalse();
        assertThat(node.pings("stranger", "10.1.1.3")).isTrue();
        assertThat(node.pings("host", "10.1.1.2")).isTrue();
        node.stop();
        node.startAgain();
        assertThat(pingsQuickly("stranger", "10.1.1.2")).isFalse();
        assertThat(node.pings("friend", "10.1.1.2")).isTrue();
    }

    @Test
    void aChangeOfTheManifestsIsTakenOverAndABadOneIsNot() throws IOException {
        node.add("server");
        node.add("friend");
        node.add("stranger");
        Files.writeString(manifests.resolve("policy.yaml"), FRIENDS_ONLY.replace("app: friend", "app: stranger"));
        await(() -> pingsQuickly("stranger", "10.1.1.2"));
        assertThat(pingsQuickly("friend", "10.1.1.2")).isFalse();
        Files.writeString(manifests.resolve("policy.yaml"), "kind: NetworkPolicy\n");
        await(() -> !node.agent().manifests().orElseThrow().state().inForce());
        assertThat(node.agent().manifests().orElseThrow().state().problems().getFirst())
                .contains("policy.yaml");
        assertThat(node.pings("stranger", "10.1.1.2")).isTrue();
        assertThat(pingsQuickly("friend", "10.1.1.2")).isFalse();
        Files.delete(manifests.resolve("policy.yaml"));
        await(() -> pingsQuickly("friend", "10.1.1.2"));
    }

    @Test
    void egressIsIsolatedToo() throws IOException {
        Files.writeString(manifests.resolve("egress.yaml"), NO_EGRESS);
        await(() -> node.agent().node().view().intent().networkPolicies().count() == 2);
        node.add("friend");
        node.add("stranger");
        assertThat(pingsQuickly("stranger", "10.1.1.2")).isFalse();
        assertThat(node.pings("friend", "10.1.1.3")).isTrue();
    }

    @Test
    void aPodThatIsNotDeclaredWaitsAndThenFails() throws Exception {
        node.makeNamespace("late");
        CniHandler.Answer refused = node.ask(node.variables("ADD", "late"), NETWORK);
        assertThat(refused.text()).contains("\"code\" : 11", "test/late is not declared");
        assertThat(node.records()).isZero();
        Files.writeString(
                manifests.resolve("late.yaml"), PODS.replace("server", "late").split("---", -1)[0]);
        await(() -> node.ask(node.variables("ADD", "late"), NETWORK).status() == 0);
    }

    @Test
    void aStartBesideAMistakeTakesUpWhatWasInForce() throws IOException {
        node.add("server");
        node.add("friend");
        node.add("stranger");
        node.stop();
        Files.writeString(manifests.resolve("policy.yaml"), "kind: NetworkPolicy\n");
        node.startAgain();
        assertThat(node.pings("friend", "10.1.1.2")).isTrue();
        assertThat(pingsQuickly("stranger", "10.1.1.2")).isFalse();
        assertThat(node.agent().manifests().orElseThrow().state().inForce()).isFalse();
    }

    @Test
    void theVeryFirstStartBesideAMistakeIsRefused() throws IOException {
        node.stop();
        Files.delete(node.directory().resolve("state/last-good-manifests.yaml"));
        Files.writeString(manifests.resolve("bad.yaml"), "kind: Pod\n");
        assertThatThrownBy(node::startAgain)
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("bad.yaml");
        Files.delete(manifests.resolve("bad.yaml"));
        node.startAgain();
    }

    private boolean pingsQuickly(String from, String address) {
        return node.run(from, "ping", "-n", "-c", "1", "-W", "1", address);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("condition in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
