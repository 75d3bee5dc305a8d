// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import static io.tapline.model.Direction.EGRESS;
import static io.tapline.model.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.ClusterNetworkPolicy.Action;
import io.tapline.model.ClusterNetworkPolicy.Tier;
import io.tapline.model.NetworkPolicy.IpBlock;
import io.tapline.model.NetworkPolicy.PodPeer;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.Rule;
import io.tapline.model.ReferenceEvaluator.Endpoint;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReferenceEvaluatorTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;
    private static final int ICMP = 1;
    private static final LabelSelector ALL = LabelSelector.EVERYTHING;
    private static final Rule ANYTHING = new Rule(List.of(), List.of());

    // x/a and x/b on n1, y/a on n2, x/h in the host network of n2.
    private final Pod xa = pod("x", "a", "n1", "10.1.1.1", "fd00::1");
    private final Pod xb = pod("x", "b", "n1", "10.1.1.2", "fd00::2");
    private final Pod ya = pod("y", "a", "n2", "10.1.2.1");
    private final Pod host = new Pod(
            "x", "h", Map.of("app", "h"), Map.of(), "n2", addresses("192.168.0.2"), true, List.of(), Pod.Phase.RUNNING);
    private final List<IntentObject> objects = new ArrayList<>(List.of(
            new Node("n1", Map.of("rack", "r1"), addresses("192.168.0.1"), List.of()),
            new Node("n2", Map.of("rack", "r2"), addresses("192.168.0.2"), List.of()),
            new Namespace("x", Map.of("team", "blue"), Map.of()),
            new Namespace("y", Map.of(), Map.of()),
            xa,
            xb,
            ya,
            host));

    @Test
    void allowsEverythingWithoutPolicies() {
        assertThat(tcp("10.1.2.1", "10.1.1.1", 80)).isTrue();
    }

    @Test
    void isolatesOnlyTheDirectionsOfTheTypes() {
        // S2, S4, S9: an ingress section under type Egress neither allows nor isolates.
        policy(ALL, Set.of(EGRESS), List.of(), List.of());
        assertThat(tcp("10.1.2.1", "10.1.1.1", 80)).isTrue();
        assertThat(tcp("10.1.1.1", "10.1.2.1", 80)).isFalse();
    }

    @Test
    void addsPoliciesUpAndWantsBothEnds() {
        // S7, S8, S10, S13.
        policy(ALL, Set.of(INGRESS, EGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isFalse();
        policy(app("b"), Set.of(INGRESS), List.of(ANYTHING), List.of());
        assertThat(tcp("10.1.2.1", "10.1.1.2", 80)).isTrue();
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80))
                .as("the source may not send")
                .isFalse();
        policy(app("a"), Set.of(EGRESS), List.of(), List.of(new Rule(List.of(pods(app("b"))), List.of(port(TCP, 80)))));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isTrue();
        assertThat(tcp("10.1.1.1", "10.1.1.2", 81)).as("peer and port both").isFalse();
        assertThat(tcp("10.1.1.1", "10.1.2.1", 80)).as("peer and port both").isFalse();
    }

    @Test
    void exemptsThePodItselfAndItsOwnNodeOnly() {
        // S14, S15, S16.
        policy(ALL, Set.of(INGRESS, EGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", "10.1.1.1", 80)).isTrue();
        assertThat(tcp("192.168.0.1", "10.1.1.1", 80)).isTrue();
        assertThat(tcp("10.1.1.1", "192.168.0.1", 80)).isTrue();
        assertThat(tcp("192.168.0.2", "10.1.1.1", 80)).as("another node").isFalse();
        assertThat(tcp("10.1.2.1", "192.168.0.2", 80))
                .as("host network is no subject")
                .isTrue();
    }

    @Test
    void takesPeersOfTheOwnNamespaceOrOfSelectedOnes() {
        // P1, P2, P3, P5, P6.
        ingress(pods(ALL));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isTrue();
        assertThat(tcp("10.1.2.1", "10.1.1.2", 80)).isFalse();
        ingress(new PodPeer(Optional.of(LabelSelector.of(Map.of("team", "blue"))), app("a")));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isTrue();
        assertThat(tcp("10.1.2.1", "10.1.1.2", 80))
                .as("both selectors of a peer")
                .isFalse();
        ingress(new PodPeer(Optional.of(ALL), ALL));
        assertThat(tcp("10.1.2.1", "10.1.1.2", 80)).isTrue();
        assertThat(tcp("8.8.8.8", "10.1.1.2", 80)).as("no pod").isFalse();
        assertThat(tcp("192.168.0.2", "10.1.1.2", 80))
                .as("host network is no peer by selector")
                .isFalse();
    }

    @Test
    void takesBlocksWithoutTheirHoles() {
        // P10, P12, P14, P16.
        ingress(new IpBlock(IpPrefix.parse("10.1.0.0/16"), List.of(IpPrefix.parse("10.1.2.0/24"))));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isTrue();
        assertThat(tcp("10.1.2.1", "10.1.1.2", 80)).isFalse();
        assertThat(tcp("fd00::1", "fd00::2", 80)).as("the other family").isFalse();
        ingress(new IpBlock(IpPrefix.parse("192.168.0.0/24"), List.of()));
        assertThat(tcp("192.168.0.2", "10.1.1.2", 80))
                .as("host network by address")
                .isTrue();
    }

    @Test
    void tellsProtocolsAndRangesApart() {
        // T1, T2, T6, T7, T8, S12.
        policy(
                app("b"),
                Set.of(INGRESS),
                List.of(new Rule(
                        List.of(),
                        List.of(
                                new PolicyPort(Protocol.TCP, new NetworkPolicy.PortNumbers(80, 82)),
                                new PolicyPort(Protocol.UDP, new NetworkPolicy.AnyPort())))),
                List.of());
        assertThat(List.of(79, 80, 82, 83))
                .extracting(port -> tcp("10.1.2.1", "10.1.1.2", port))
                .containsExactly(false, true, true, false);
        assertThat(allows("10.1.2.1", "10.1.1.2", UDP, 9)).isTrue();
        assertThat(allows("10.1.2.1", "10.1.1.2", SCTP, 80)).isFalse();
        assertThat(allows("10.1.2.1", "10.1.1.2", ICMP, 0)).isFalse();
        policy(app("b"), Set.of(INGRESS), List.of(ANYTHING), List.of());
        assertThat(allows("10.1.2.1", "10.1.1.2", ICMP, 0)).isTrue();
    }

    @Test
    void resolvesNamesInTheDestinationPod() {
        // T4, T5: a has http=8001/TCP, b has http=8002/TCP.
        PolicyPort http = new PolicyPort(Protocol.TCP, new NetworkPolicy.NamedPort("http"));
        policy(ALL, Set.of(INGRESS), List.of(new Rule(List.of(), List.of(http))), List.of());
        assertThat(tcp("10.1.2.1", "10.1.1.1", 8001)).isTrue();
        assertThat(tcp("10.1.2.1", "10.1.1.1", 8002)).isFalse();
        assertThat(allows("10.1.2.1", "10.1.1.1", UDP, 8001))
                .as("a name has a protocol")
                .isFalse();
        objects.removeIf(object -> object instanceof NetworkPolicy);
        policy(app("a"), Set.of(EGRESS), List.of(), List.of(new Rule(List.of(), List.of(http))));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 8002)).isTrue();
        assertThat(tcp("10.1.1.1", "8.8.8.8", 8002)).as("no pod, no name").isFalse();
        objects.removeIf(object -> object instanceof NetworkPolicy);
        policy(
                app("a"),
                Set.of(EGRESS),
                List.of(),
                List.of(new Rule(List.of(new IpBlock(IpPrefix.ANY_IPV4, List.of())), List.of(http))));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 8002))
                .as("blocks never match a name")
                .isFalse();
    }

    @Test
    void forgetsFinishedPodsAndDistrustsContestedAddresses() {
        // S18.
        objects.remove(xa);
        objects.add(new Pod(
                "x", "a", Map.of("app", "a"), Map.of(), "n1", xa.addresses(), false, List.of(), Pod.Phase.SUCCEEDED));
        ingress(pods(app("a")));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isFalse();
        objects.add(xa);
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isTrue();
        objects.add(pod("y", "thief", "n2", "10.1.1.1"));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isFalse();
    }

    @Test
    void asksTheTiersInTheirOrder() {
        cluster("admin-deny", Tier.ADMIN, 5, Action.DENY, LabelSelector.of(Map.of("team", "blue")));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isFalse();
        cluster("admin-pass", Tier.ADMIN, 4, Action.PASS, ALL);
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).as("passed on to nobody").isTrue();
        cluster("base-deny", Tier.BASELINE, 0, Action.DENY, ALL);
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isFalse();
        ingress(pods(ALL));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80))
                .as("isolated, so the baseline is not asked")
                .isTrue();
        assertThat(tcp("10.1.2.1", "10.1.1.2", 80)).isFalse();
        cluster("admin-accept", Tier.ADMIN, 3, Action.ACCEPT, ALL);
        assertThat(tcp("10.1.2.1", "10.1.1.2", 80)).isTrue();
    }

    @Test
    void closesOnPeersThatItDoesNotKnow() {
        ClusterNetworkPolicy.UnknownPeer unknown = new ClusterNetworkPolicy.UnknownPeer("domainNames");
        objects.add(new ClusterNetworkPolicy(
                "c",
                Tier.ADMIN,
                0,
                new ClusterNetworkPolicy.Subject(ALL, Optional.empty()),
                List.of(),
                List.of(
                        new ClusterNetworkPolicy.Rule("", Action.ACCEPT, List.of(unknown), List.of()),
                        new ClusterNetworkPolicy.Rule("", Action.DENY, List.of(unknown), List.of(port(TCP, 80))))));
        assertThat(tcp("10.1.1.1", "8.8.8.8", 80)).isFalse();
        assertThat(tcp("10.1.1.1", "8.8.8.8", 81)).isTrue();
    }

    @Test
    void reachesOtherAddressesOfThePodItselfButNotOfTheOtherFamily() {
        objects.add(pod("x", "c", "n1", "10.1.1.7", "10.1.1.8", "fd00::7"));
        policy(ALL, Set.of(INGRESS, EGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.7", "10.1.1.8", 80)).isTrue();
        assertThat(tcp("10.1.1.7", "10.1.1.2", 80)).isFalse();
        assertThat(tcp("10.1.1.7", "fd00::7", 80)).as("no such packet").isFalse();
    }

    @Test
    void deniesByPodsAndPortsOnlyWhatTheRuleNames() {
        deny(app("b"), INGRESS, new ClusterNetworkPolicy.PodPeer(ALL, Optional.of(app("a"))));
        assertThat(tcp("10.1.1.1", "10.1.1.2", 80)).isFalse();
        assertThat(tcp("10.1.1.1", "10.1.1.2", 81)).as("another port").isTrue();
        objects.add(pod("x", "c", "n1", "10.1.1.7"));
        assertThat(tcp("10.1.1.7", "10.1.1.2", 80)).as("another peer").isTrue();
        assertThat(tcp("10.1.1.1", "10.1.1.7", 80)).as("another subject").isTrue();
    }

    @Test
    void deniesByNetworksAndByLabelsOfNodes() {
        deny(app("a"), EGRESS, new ClusterNetworkPolicy.Networks(List.of(IpPrefix.parse("8.8.0.0/16"))));
        assertThat(tcp("10.1.1.1", "8.8.8.8", 80)).isFalse();
        assertThat(tcp("10.1.1.1", "8.8.8.8", 81)).as("another port").isTrue();
        assertThat(tcp("10.1.1.1", "8.9.8.8", 80)).as("another network").isTrue();
        deny(app("b"), EGRESS, new ClusterNetworkPolicy.Nodes(LabelSelector.of(Map.of("rack", "r2"))));
        objects.add(new Node("n3", Map.of("rack", "r3"), addresses("192.168.0.3"), List.of()));
        assertThat(tcp("10.1.1.2", "192.168.0.2", 80)).isFalse();
        assertThat(tcp("10.1.1.2", "192.168.0.3", 80)).as("another rack").isTrue();
        assertThat(tcp("10.1.1.2", "192.168.0.9", 80)).as("no node").isTrue();
    }

    /** Denies TCP port 80 between a subject in the blue team and a peer. */
    private void deny(LabelSelector subject, Direction direction, ClusterNetworkPolicy.Peer peer) {
        List<ClusterNetworkPolicy.Rule> rules =
                List.of(new ClusterNetworkPolicy.Rule("", Action.DENY, List.of(peer), List.of(port(TCP, 80))));
        objects.add(new ClusterNetworkPolicy(
                "deny" + objects.size(),
                Tier.ADMIN,
                0,
                new ClusterNetworkPolicy.Subject(LabelSelector.of(Map.of("team", "blue")), Optional.of(subject)),
                direction == INGRESS ? rules : List.of(),
                direction == EGRESS ? rules : List.of()));
    }

    private void ingress(NetworkPolicy.Peer peer) {
        objects.removeIf(object -> object instanceof NetworkPolicy);
        policy(app("b"), Set.of(INGRESS), List.of(new Rule(List.of(peer), List.of())), List.of());
    }

    private void policy(LabelSelector subject, Set<Direction> types, List<Rule> ingress, List<Rule> egress) {
        objects.add(new NetworkPolicy("x", "p" + objects.size(), Map.of(), subject, types, ingress, egress));
    }

    private void cluster(String name, Tier tier, int priority, Action action, LabelSelector from) {
        objects.add(new ClusterNetworkPolicy(
                name,
                tier,
                priority,
                new ClusterNetworkPolicy.Subject(LabelSelector.of(Map.of("team", "blue")), Optional.of(app("b"))),
                List.of(new ClusterNetworkPolicy.Rule(
                        "", action, List.of(new ClusterNetworkPolicy.PodPeer(from, Optional.empty())), List.of())),
                List.of()));
    }

    private boolean tcp(String source, String destination, int port) {
        return allows(source, destination, TCP, port);
    }

    private boolean allows(String source, String destination, int protocol, int port) {
        ReferenceEvaluator evaluator = new ReferenceEvaluator(Intent.of(objects));
        Endpoint from = evaluator.endpoint(IpAddress.parse(source));
        return evaluator.allows(from, evaluator.endpoint(IpAddress.parse(destination)), protocol, port);
    }

    private static PodPeer pods(LabelSelector selector) {
        return new PodPeer(Optional.empty(), selector);
    }

    private static LabelSelector app(String name) {
        return LabelSelector.of(Map.of("app", name));
    }

    private static PolicyPort port(int protocol, int number) {
        return new PolicyPort(
                protocol == TCP ? Protocol.TCP : Protocol.UDP, new NetworkPolicy.PortNumbers(number, number));
    }

    private static Pod pod(String namespace, String name, String node, String... addresses) {
        int http = name.equals("a") ? 8001 : 8002;
        return new Pod(
                namespace,
                name,
                Map.of("app", name),
                Map.of(),
                node,
                addresses(addresses),
                false,
                List.of(Pod.ContainerPort.of("http", Protocol.TCP, http)),
                Pod.Phase.RUNNING);
    }

    private static List<IpAddress> addresses(String... texts) {
        return java.util.Arrays.stream(texts).map(IpAddress::parse).toList();
    }
}
