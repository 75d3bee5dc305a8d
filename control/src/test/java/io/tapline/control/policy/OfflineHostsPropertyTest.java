// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.model.ReferenceEvaluator;
import io.tapline.wire.IpAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Packets between nodes and their own pods, through switches, against the reference evaluator. */
class OfflineHostsPropertyTest {
    private static final long FIRST_SEED = 1;
    private static final int WORLDS = 30;

    private int compared;
    private int denied;

    @Test
    void switchesJudgeHostsAsTheReferenceDoes() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            Optional<HostPolicies> hosts = RandomWorld.hosts(seed);
            Intent intent = new RandomWorld(seed, true).world();
            ReferenceEvaluator reference = new ReferenceEvaluator(intent, hosts);
            try (OfflineCluster cluster = OfflineCluster.of(intent, hosts)) {
                for (Node node : intent.nodes().toList()) {
                    pods(intent, node, reference).forEach(pod -> compare(cluster, reference, node, pod));
                }
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(compared).isGreaterThan(1000);
        assertThat(denied).isGreaterThan(compared / 10);
    }

    /** IPv4 addresses of pods on a node that nobody else claims. */
    private static List<IpAddress> pods(Intent intent, Node node, ReferenceEvaluator reference) {
        return intent.pods()
                .filter(pod -> pod.isOnNetwork() && pod.node().equals(node.name()))
                .map(Pod::addresses)
                .flatMap(List::stream)
                .filter(address ->
                        address.isIpv4() && reference.endpoint(address).pod().isPresent())
                .toList();
    }

    private void compare(OfflineCluster cluster, ReferenceEvaluator reference, Node node, IpAddress pod) {
        IpAddress host = node.addresses().getFirst();
        for (int port : RandomWorld.PORTS.subList(1, RandomWorld.PORTS.size())) {
            for (Protocol protocol : Protocol.values()) {
                compare(cluster, reference, new Connection(pod, host, protocol, port));
                compare(cluster, reference, new Connection(host, pod, protocol, port));
            }
        }
    }

    private void compare(OfflineCluster cluster, ReferenceEvaluator reference, Connection connection) {
        boolean expected = reference.allows(
                reference.endpoint(connection.source()),
                reference.endpoint(connection.destination()),
                connection.protocol().number(),
                connection.port());
        assertThat(cluster.allows(connection)).as("%s", connection).isEqualTo(expected);
        compared++;
        denied += expected ? 0 : 1;
    }
}
