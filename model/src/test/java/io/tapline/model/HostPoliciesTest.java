// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import static io.tapline.model.Direction.EGRESS;
import static io.tapline.model.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.Rule;
import io.tapline.model.ReferenceEvaluator.Endpoint;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the reference evaluator makes of policies on hosts. */
class HostPoliciesTest {
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final LabelSelector ALL = LabelSelector.EVERYTHING;
    private static final String N1 = "192.168.0.1";
    private static final String N2 = "192.168.0.2";

    // x/a on n1, y/a on n2; x/proxy in the host network of n1, with port 80 named web.
    private final List<IntentObject> objects = new ArrayList<>(List.of(
            new Node("n1", Map.of("role", "worker"), addresses(N1, "192.168.9.1"), List.of()),
            new Node("n2", Map.of("role", "control"), addresses(N2), List.of()),
            new Namespace("x", Map.of("team", "blue"), Map.of()),
            new Namespace("y", Map.of("team", "red"), Map.of()),
            pod("x", "a", "n1", false, "10.1.1.1"),
            pod("y", "a", "n2", false, "10.1.2.1"),
            pod("x", "proxy", "n1", true, N1)));

    private Optional<HostPolicies> optIn = Optional.of(HostPolicies.in("hosts"));

    @Test
    void doNothingUnlessAskedFor() {
        policy("hosts", ALL, Set.of(INGRESS, EGRESS), List.of(), List.of());
        policy("x", app("proxy"), Set.of(INGRESS), List.of(), List.of());
        optIn = Optional.empty();
        assertThat(tcp("10.1.2.1", N1, 80)).isTrue();
        assertThat(tcp(N1, "10.1.2.1", 80)).isTrue();
    }

    @Test
    void isolateNodesByTheirLabelsFromTheirOwnPodsToo() {
        policy("hosts", role("worker"), Set.of(INGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", N1, 22)).isFalse();
        assertThat(tcp("10.1.1.1", "192.168.9.1", 22)).isFalse();
        assertThat(tcp("10.1.1.1", N2, 22)).as("another node").isTrue();
        assertThat(tcp(N1, "10.1.1.1", 22)).as("the other direction").isTrue();
        assertThat(tcp(N1, "192.168.9.1", 22)).as("itself").isTrue();
    }

    @Test
    void takeRulesAsTheyAreAndAddThemUp() {
        policy("hosts", ALL, Set.of(INGRESS), List.of(), List.of());
        policy(
                "hosts",
                role("worker"),
                Set.of(INGRESS),
                List.of(new Rule(List.of(new NetworkPolicy.PodPeer(Optional.of(team("blue")), ALL)), List.of(tcp(22)))),
                List.of());
        assertThat(tcp("10.1.1.1", N1, 22)).isTrue();
        assertThat(tcp("10.1.1.1", N1, 23)).isFalse();
        assertThat(tcp("10.1.2.1", N1, 22)).isFalse();
        assertThat(tcp("10.1.1.1", N2, 22)).isFalse();
    }

    @Test
    void stayOrdinaryPoliciesForPodsOfTheirNamespace() {
        objects.add(pod("hosts", "p", "n1", false, "10.1.1.9"));
        policy("hosts", ALL, Set.of(INGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", "10.1.1.9", 80)).isFalse();
        assertThat(tcp(N1, "10.1.1.9", 80)).as("its own node").isTrue();
    }

    @Test
    void letANodeReachItsOwnPodsUnlessToldOtherwise() {
        policy("hosts", ALL, Set.of(EGRESS), List.of(), List.of());
        assertThat(tcp(N1, "10.1.1.1", 80)).isTrue();
        assertThat(tcp(N1, "10.1.2.1", 80)).isFalse();
        assertThat(tcp(N2, "10.1.1.1", 80)).isFalse();
        assertThat(tcp(N1, "8.8.8.8", 80)).isFalse();
        optIn = Optional.of(new HostPolicies("hosts", false));
        assertThat(tcp(N1, "10.1.1.1", 80)).isFalse();
    }

    @Test
    void isolateTheDeclaredPortsOfPodsInTheHostNetwork() {
        policy("x", app("proxy"), Set.of(INGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", N1, 80)).isFalse();
        assertThat(tcp("10.1.1.1", N1, 81)).as("a port of the node").isTrue();
        assertThat(tcp("10.1.1.1", N2, 80)).as("another node").isTrue();
        assertThat(allows("10.1.1.1", N1, 17, 80)).as("another protocol").isTrue();
        assertThat(allows("10.1.1.1", N1, ICMP, 0)).isTrue();
        PolicyPort web = new PolicyPort(Protocol.TCP, new NetworkPolicy.NamedPort("web"));
        Rule own = new Rule(List.of(new NetworkPolicy.PodPeer(Optional.empty(), ALL)), List.of(web));
        policy("x", app("proxy"), Set.of(INGRESS), List.of(own), List.of());
        assertThat(tcp("10.1.1.1", N1, 80)).isTrue();
        assertThat(tcp("10.1.2.1", N1, 80)).as("another namespace").isFalse();
    }

    @Test
    void isolateOnlyWhomTheySelect() {
        policy("x", app("a"), Set.of(INGRESS), List.of(), List.of());
        policy("y", app("proxy"), Set.of(INGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", N1, 80)).isTrue();
        objects.add(pod("x", "other", "n2", true, N2));
        policy("x", app("other"), Set.of(INGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", N1, 80))
                .as("the port of a pod of another node")
                .isTrue();
        assertThat(tcp("10.1.1.1", N2, 80)).isFalse();
    }

    @Test
    void takeEachEndForWhatItIsSaidToBe() {
        Pod proxy = pod("x", "proxy", "n1", true, N1);
        Pod lost = pod("x", "lost", "", true, "192.168.0.9");
        objects.add(lost);
        objects.add(denyAll());
        policy("hosts", ALL, Set.of(INGRESS), List.of(), List.of());
        policy("x", ALL, Set.of(INGRESS), List.of(), List.of());
        ReferenceEvaluator evaluator = new ReferenceEvaluator(Intent.of(objects), optIn);
        IpAddress n1 = IpAddress.parse(N1);
        Endpoint source = Endpoint.of(IpAddress.parse("8.8.8.8"));
        assertThat(evaluator.allows(source, Endpoint.of("n1", n1), TCP, 22)).isFalse();
        assertThat(evaluator.allows(source, Endpoint.of(n1), TCP, 22))
                .as("an address and no more")
                .isTrue();
        assertThat(evaluator.allows(source, Endpoint.of(proxy, n1), TCP, 22))
                .as("no pod of the network")
                .isTrue();
        assertThat(evaluator.endpoint(n1)).isEqualTo(Endpoint.of("n1", n1));
        assertThat(evaluator.endpoint(lost.addresses().getFirst()).node())
                .as("bound to no node")
                .isEmpty();
    }

    @Test
    void wantThatNodeAndPodBothPermit() {
        policy("hosts", ALL, Set.of(INGRESS), List.of(), List.of());
        policy("x", app("proxy"), Set.of(INGRESS), List.of(new Rule(List.of(), List.of())), List.of());
        assertThat(tcp("10.1.1.1", N1, 80)).as("opened by the pod only").isFalse();
        policy("hosts", ALL, Set.of(INGRESS), List.of(new Rule(List.of(), List.of(tcp(80)))), List.of());
        assertThat(tcp("10.1.1.1", N1, 80)).isTrue();
    }

    @Test
    void cannotTellWhatAPodInTheHostNetworkSends() {
        policy("x", app("proxy"), Set.of(EGRESS), List.of(), List.of());
        assertThat(tcp(N1, "10.1.2.1", 80)).isTrue();
    }

    @Test
    void forgetPodsThatHaveFinished() {
        policy("x", app("proxy"), Set.of(INGRESS), List.of(), List.of());
        objects.removeIf(object -> object.ref().name().equals("proxy"));
        assertThat(tcp("10.1.1.1", N1, 80)).isTrue();
        Pod proxy = pod("x", "proxy", "n1", true, N1);
        objects.add(new Pod(
                "x",
                "proxy",
                proxy.labels(),
                Map.of(),
                "n1",
                proxy.addresses(),
                true,
                proxy.ports(),
                Pod.Phase.SUCCEEDED));
        assertThat(tcp("10.1.1.1", N1, 80)).isTrue();
    }

    @Test
    void takeANodeWithoutAnObjectForOneWithoutLabels() {
        objects.removeIf(object -> object instanceof Node);
        policy("hosts", role("worker"), Set.of(INGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", N1, 22)).isTrue();
        policy("hosts", ALL, Set.of(INGRESS), List.of(), List.of());
        assertThat(tcp("10.1.1.1", N1, 22)).isFalse();
    }

    /** A cluster policy of which even the peers are unknown. */
    private static ClusterNetworkPolicy denyAll() {
        ClusterNetworkPolicy.Rule rule = new ClusterNetworkPolicy.Rule(
                "", ClusterNetworkPolicy.Action.DENY, List.of(new ClusterNetworkPolicy.UnknownPeer("x")), List.of());
        return new ClusterNetworkPolicy(
                "deny-all",
                ClusterNetworkPolicy.Tier.ADMIN,
                0,
                new ClusterNetworkPolicy.Subject(ALL, Optional.empty()),
                List.of(rule),
                List.of());
    }

    private void policy(
            String namespace, LabelSelector subject, Set<Direction> types, List<Rule> ingress, List<Rule> egress) {
        objects.add(new NetworkPolicy(namespace, "p" + objects.size(), Map.of(), subject, types, ingress, egress));
    }

    private boolean tcp(String source, String destination, int port) {
        return allows(source, destination, TCP, port);
    }

    private boolean allows(String source, String destination, int protocol, int port) {
        ReferenceEvaluator evaluator = new ReferenceEvaluator(Intent.of(objects), optIn);
        return evaluator.allows(
                evaluator.endpoint(IpAddress.parse(source)),
                evaluator.endpoint(IpAddress.parse(destination)),
                protocol,
                port);
    }

    private static PolicyPort tcp(int port) {
        return new PolicyPort(Protocol.TCP, new NetworkPolicy.PortNumbers(port, port));
    }

    private static LabelSelector role(String role) {
        return LabelSelector.of(Map.of("role", role));
    }

    private static LabelSelector team(String team) {
        return LabelSelector.of(Map.of("team", team));
    }

    private static LabelSelector app(String app) {
        return LabelSelector.of(Map.of("app", app));
    }

    private static Pod pod(String namespace, String name, String node, boolean hostNetwork, String... addresses) {
        return new Pod(
                namespace,
                name,
                Map.of("app", name),
                Map.of(),
                node,
                addresses(addresses),
                hostNetwork,
                List.of(Pod.ContainerPort.of("web", Protocol.TCP, 80)),
                Pod.Phase.RUNNING);
    }

    private static List<IpAddress> addresses(String... texts) {
        return java.util.Arrays.stream(texts).map(IpAddress::parse).toList();
    }
}
