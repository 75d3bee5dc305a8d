// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.model.Intent;
import io.tapline.model.IntentObject;
import io.tapline.model.Namespace;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Packets between nodes that are wired as agents wire them. */
class OfflineClusterTest {
    private static final Node ONE = new Node("one", Map.of(), addresses("192.168.7.1"), List.of());
    private static final Node TWO = new Node("two", Map.of(), addresses("192.168.7.2"), List.of());
    private static final IpAddress WORLD = IpAddress.parse("203.0.113.9");
    private static final IpAddress SERVICE = IpAddress.parse("10.96.0.10");

    private static List<IpAddress> addresses(String... text) {
        return List.of(text).stream().map(IpAddress::parse).toList();
    }

    private static Pod pod(String name, String node, String address, boolean hostNetwork) {
        return new Pod(
                "x",
                name,
                Map.of("app", name),
                Map.of(),
                node,
                addresses(address),
                hostNetwork,
                List.of(),
                Pod.Phase.RUNNING);
    }

    private static Service service(Service.TrafficPolicy policy) {
        return new Service(
                "x",
                "web",
                Map.of(),
                Service.Type.NODE_PORT,
                List.of(SERVICE),
                List.of(),
                List.of(),
                Map.of("app", "b"),
                List.of(new Service.ServicePort("", Protocol.TCP, 80, "8080", 30080)),
                policy);
    }

    /** Pods a on node one and b on node two, and what else is given. */
    private static OfflineCluster cluster(String a, String b, IntentObject... more) {
        List<IntentObject> objects =
                new ArrayList<>(List.of(ONE, TWO, new Namespace("x", Map.of(), Map.of()), pod("a", "one", a, false)));
        objects.add(pod("b", "two", b, false));
        objects.addAll(List.of(more));
        return OfflineCluster.of(Intent.of(objects));
    }

    private static Connection tcp(IpAddress from, String to, int port) {
        return new Connection(from, IpAddress.parse(to), Protocol.TCP, port);
    }

    private static Connection tcp(String from, String to, int port) {
        return tcp(IpAddress.parse(from), to, port);
    }

    @Test
    void wiresNodesAsAgentsDo() {
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.2.2")) {
            InterfaceConfig pod = cluster.config("one").interfaces().get(1);
            assertThat(pod.table()).isEqualTo(1);
            assertThat(pod.senders().isAny()).isFalse();
            Attempt attempt = cluster.trace(tcp("10.1.1.2", "10.1.2.2", 80));
            assertThat(attempt.isAllowed()).isTrue();
            assertThat(attempt.request().legs()).extracting(Attempt.Leg::node).containsExactly("one", "two");
        }
    }

    @Test
    void podsHostsAndTheWorldReachEachOther() {
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.2.2")) {
            assertReachable(cluster, "10.1.1.2", "10.1.2.2");
        }
    }

    @Test
    void oneTableWillDoWhereAPrefixOfThePodsHasHostsInIt() {
        try (OfflineCluster cluster = cluster("192.168.7.5", "192.168.7.6")) {
            assertThat(cluster.config("one").interfaces())
                    .extracting(InterfaceConfig::table)
                    .containsOnly(0);
            assertReachable(cluster, "192.168.7.5", "192.168.7.6");
        }
        try (OfflineCluster cluster = cluster("10.0.0.5", "192.168.9.6")) {
            assertReachable(cluster, "10.0.0.5", "192.168.9.6");
        }
    }

    private static void assertReachable(OfflineCluster cluster, String a, String b) {
        List<String> all = List.of(a, b, "192.168.7.1", "192.168.7.2", WORLD.toString());
        for (String from : all) {
            for (String to : all) {
                assertThat(cluster.allows(tcp(from, to, 80)))
                        .as("%s to %s", from, to)
                        .isTrue();
            }
        }
    }

    @Test
    void anAddressAmongPodsThatNobodyHasIsNotSentToTheWorld() {
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.1.9")) {
            Attempt attempt = cluster.trace(tcp("10.1.1.2", "10.1.1.5", 80));
            assertThat(attempt.isAllowed()).isFalse();
            assertThat(attempt.request().legs().getLast().trace().orElseThrow().dropReason())
                    .contains(DropReason.IP4_ROUTE_DROPS);
        }
    }

    @Test
    void aServiceIsReachedFromPodsHostsAndItsOwnPod() {
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.2.2", service(Service.TrafficPolicy.DEFAULT))) {
            for (String from : List.of("10.1.1.2", "192.168.7.1", "192.168.7.2", "10.1.2.2")) {
                Attempt attempt = cluster.attempt(tcp(from, SERVICE.toString(), 80));
                assertThat(attempt.isAllowed()).as("from %s", from).isTrue();
                assertThat(attempt.reached().destination()).isEqualTo(IpAddress.parse("10.1.2.2"));
                assertThat(attempt.reached().port()).isEqualTo(8080);
            }
        }
    }

    @Test
    void aNodePortIsReachedFromTheWorldOnEitherNode() {
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.2.2", service(Service.TrafficPolicy.DEFAULT))) {
            Attempt here = cluster.attempt(tcp(WORLD, "192.168.7.2", 30080));
            assertThat(here.isAllowed()).isTrue();
            assertThat(here.reached().source()).isEqualTo(WORLD);
            Attempt byTheOther = cluster.attempt(tcp(WORLD, "192.168.7.1", 30080));
            assertThat(byTheOther.isAllowed()).isTrue();
            assertThat(byTheOther.reached().source()).isNotEqualTo(WORLD);
        }
    }

    @Test
    void aPodOfTheHostNetworkIsReachedAtItsNode() {
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.2.2", pod("h", "two", "192.168.7.22", true))) {
            assertThat(cluster.allows(tcp("10.1.1.2", "192.168.7.22", 80))).isTrue();
            assertThat(cluster.allows(tcp("192.168.7.22", "10.1.1.2", 80))).isTrue();
        }
    }

    @Test
    void aServiceIsReachedAtAnotherNodesHost() {
        Pod inHost = pod("b", "two", "192.168.7.2", true);
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.2.2", inHost, service(Service.TrafficPolicy.DEFAULT))) {
            for (String from : List.of("10.1.1.2", "192.168.7.1")) {
                Attempt attempt = cluster.attempt(tcp(from, SERVICE.toString(), 80));
                assertThat(attempt.isAllowed()).as("from %s", from).isTrue();
                assertThat(attempt.reached().destination()).isEqualTo(IpAddress.parse("192.168.7.2"));
            }
        }
    }

    @Test
    void ofTwoPodsWithOneAddressTheFirstIsReached() {
        try (OfflineCluster cluster = cluster("10.1.1.2", "10.1.1.2", pod("c", "one", "10.1.1.3", false))) {
            Attempt attempt = cluster.trace(tcp("10.1.1.3", "10.1.1.2", 80));
            assertThat(attempt.isAllowed()).isTrue();
            assertThat(attempt.request().legs()).extracting(Attempt.Leg::node).containsExactly("one");
        }
    }
}
