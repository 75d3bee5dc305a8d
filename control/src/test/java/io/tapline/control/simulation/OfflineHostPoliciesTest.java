// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.Direction;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentObject;
import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies on nodes, where each connection goes as it would. */
class OfflineHostPoliciesTest {
    private static final String ONE = "192.168.7.1";
    private static final String TWO = "192.168.7.2";
    private static final String A = "10.1.1.2";
    private static final String B = "10.1.2.2";
    private static final String SERVICE = "10.96.0.10";
    private static final String WORLD = "203.0.113.9";

    private final List<IntentObject> objects = new ArrayList<>(List.of(
            new Node("one", Map.of(), List.of(IpAddress.parse(ONE)), List.of()),
            new Node("two", Map.of(), List.of(IpAddress.parse(TWO)), List.of()),
            new Namespace("x", Map.of(), Map.of()),
            pod("a", "one", A, false),
            pod("b", "two", B, false),
            pod("proxy", "one", ONE, true)));

    @Test
    void holdBetweenANodeAndItsOwnPods() {
        isolate("hosts", LabelSelector.EVERYTHING, Direction.INGRESS);
        try (OfflineCluster cluster = cluster()) {
            Attempt denied = cluster.trace(tcp(A, ONE, 22));
            assertThat(denied.isAllowed()).isFalse();
            assertThat(origin(denied)).isEqualTo("default deny of node/one for ingress: hosts/p6");
            assertThat(cluster.allows(tcp(ONE, A, 80))).as("with its answer").isTrue();
            assertThat(cluster.allows(tcp(A, WORLD, 80))).isTrue();
        }
    }

    @Test
    void doNotHoldForWhatComesByTheCard() {
        isolate("hosts", LabelSelector.EVERYTHING, Direction.INGRESS, Direction.EGRESS);
        try (OfflineCluster cluster = cluster()) {
            for (Connection connection :
                    List.of(tcp(WORLD, ONE, 22), tcp(TWO, ONE, 22), tcp(ONE, WORLD, 22), tcp(B, ONE, 22))) {
                Attempt attempt = cluster.trace(connection);
                assertThat(attempt.isAllowed()).as("%s", connection).isTrue();
            }
            assertThat(origin(cluster.trace(tcp(B, ONE, 22)))).startsWith("the node's own card");
            assertThat(cluster.trace(tcp(B, ONE, 22)).request().legs())
                    .extracting(Attempt.Leg::node)
                    .containsExactly("two");
        }
    }

    @Test
    void leaveANodesWayToItsOwnPodsOpen() {
        isolate("hosts", LabelSelector.EVERYTHING, Direction.EGRESS);
        try (OfflineCluster cluster = cluster()) {
            assertThat(cluster.allows(tcp(ONE, A, 80))).isTrue();
            Attempt denied = cluster.trace(tcp(ONE, B, 80));
            assertThat(denied.isAllowed()).isFalse();
            assertThat(origin(denied)).isEqualTo("default deny of node/one for egress: hosts/p6");
            assertThat(cluster.allows(tcp(A, ONE, 22))).as("its answers").isTrue();
        }
    }

    @Test
    void holdOnAHostPodsPortBehindItsService() {
        isolate("x", LabelSelector.of(Map.of("app", "proxy")), Direction.INGRESS);
        objects.add(new Service(
                "x",
                "proxy",
                Map.of(),
                Service.Type.CLUSTER_IP,
                List.of(IpAddress.parse(SERVICE)),
                List.of(),
                List.of(),
                Map.of("app", "proxy"),
                List.of(new Service.ServicePort("", Protocol.TCP, 80, "8443", 0)),
                Service.TrafficPolicy.DEFAULT));
        try (OfflineCluster cluster = cluster()) {
            Attempt denied = cluster.trace(tcp(A, SERVICE, 80));
            assertThat(denied.isAllowed()).isFalse();
            assertThat(origin(denied)).isEqualTo("default deny of host-network pod x/proxy for ingress: x/p6");
            assertThat(cluster.allows(tcp(A, ONE, 22))).isTrue();
            assertThat(cluster.allows(tcp(ONE, SERVICE, 80))).as("itself").isTrue();
            assertThat(cluster.allows(tcp(B, SERVICE, 80))).as("by the card").isTrue();
        }
    }

    private static String origin(Attempt attempt) {
        return attempt.deciding().getLast().rule().origin().text();
    }

    private OfflineCluster cluster() {
        return OfflineCluster.of(Intent.of(objects), Optional.of(HostPolicies.in("hosts")));
    }

    private void isolate(String namespace, LabelSelector subject, Direction... types) {
        objects.add(new NetworkPolicy(
                namespace, "p" + objects.size(), Map.of(), subject, Set.of(types), List.of(), List.of()));
    }

    private static Connection tcp(String from, String to, int port) {
        return new Connection(IpAddress.parse(from), IpAddress.parse(to), Protocol.TCP, port);
    }

    private static Pod pod(String name, String node, String address, boolean hostNetwork) {
        return new Pod(
                "x",
                name,
                Map.of("app", name),
                Map.of(),
                node,
                List.of(IpAddress.parse(address)),
                hostNetwork,
                List.of(Pod.ContainerPort.of("web", Protocol.TCP, 8443)),
                Pod.Phase.RUNNING);
    }
}
