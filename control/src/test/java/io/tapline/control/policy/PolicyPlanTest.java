// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static io.tapline.model.Protocol.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.config.PortRange;
import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.Direction;
import io.tapline.model.Intent;
import io.tapline.model.IntentObject;
import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.NetworkPolicy.NamedPort;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PolicyPlanTest {
    private final Pod server = pod("server");
    private final Pod replica = pod("server-2");
    private final Pod bystander = pod("bystander");
    private final List<IntentObject> objects = new ArrayList<>(List.of(server, replica, bystander));

    @Test
    void leavesPodsAloneThatNoPolicyConcerns() {
        assertThat(plan().pods().values()).containsOnly(Attachment.NONE);
        assertThat(plan().outside()).isEqualTo(Attachment.NONE);
        isolate("in", Map.of(), Direction.INGRESS);
        assertThat(plan().pods().get(bystander.ref())).isEqualTo(Attachment.NONE);
        assertThat(plan().host()).isEqualTo(Attachment.NONE);
    }

    @Test
    void plansThePodsThatHaveAnInterfaceOfTheirOwnOnTheNode() {
        isolate("in", Map.of(), Direction.INGRESS);
        objects.add(elsewhere("server-far", "n2", false, Pod.Phase.RUNNING));
        objects.add(elsewhere("server-host", "n1", true, Pod.Phase.RUNNING));
        objects.add(elsewhere("server-done", "n1", false, Pod.Phase.SUCCEEDED));
        assertThat(plan().pods()).containsOnlyKeys(server.ref(), replica.ref(), bystander.ref());
    }

    @Test
    void remembersWhatAnIsolatedPodOpens() {
        isolate("in", Map.of(), Direction.INGRESS);
        Attachment attachment = attachment(server);
        assertThat(attachment.input()).containsExactly(ListKey.REFLECTION);
        assertThat(attachment.output()).extracting(ListKey::purpose).containsExactly(ListKey.Purpose.INGRESS);
        assertThat(attachment.sender()).isEmpty();
        assertThat(plan().outside().input()).containsExactly(ListKey.OUTSIDE);
    }

    @Test
    void remembersEverywhereWhatOthersOpenToAPodThatMayNotSend() {
        isolate("out", Map.of(), Direction.EGRESS);
        Attachment attachment = attachment(server);
        assertThat(attachment.output()).containsExactly(ListKey.REFLECTION);
        assertThat(attachment.sender()).extracting(ListKey::purpose).containsExactly(ListKey.Purpose.EGRESS);
        assertThat(attachment(bystander).input()).containsExactly(ListKey.REFLECTION);
        assertThat(plan().host().input()).containsExactly(ListKey.REFLECTION);
        assertThat(plan().outside().input()).containsExactly(ListKey.OUTSIDE_REFLECTION);
    }

    @Test
    void sharesTheListsOfPodsInTheSameSituation() {
        isolate("in", Map.of(), Direction.INGRESS);
        assertThat(attachment(server)).isEqualTo(attachment(replica));
        assertThat(plan().lists()).hasSize(3);
    }

    @Test
    void admitsTheNatLoopbackNowhereFromOutside() {
        isolate("in", Map.of(), Direction.INGRESS);
        AclRule first = rules(ListKey.OUTSIDE).getFirst();
        assertThat(first.action()).isEqualTo(AclAction.DENY);
        assertThat(first.source()).isEqualTo(IpPrefix.host(PlanOracle.NAT_LOOPBACKS.getFirst()));
    }

    @Test
    void namesThePoliciesThatIsolate() {
        isolate("in", Map.of(), Direction.INGRESS);
        isolate("also", Map.of(), Direction.INGRESS);
        assertThat(rules(attachment(server).output().getFirst())
                        .getLast()
                        .origin()
                        .text())
                .isEqualTo("default deny of pods in x for ingress: x/also, x/in");
    }

    @Test
    void answersDenialsWhereTheNamespaceWantsIt() {
        isolate("in", Map.of(), Direction.INGRESS);
        objects.add(new Namespace("x", Map.of(), Map.of(PolicyAnnotations.DENIED, "reject")));
        assertThat(rules(attachment(server).output().getFirst()).getLast().action())
                .isEqualTo(AclAction.REJECT);
    }

    @Test
    void followsTheStrictestPolicyOnChanges() {
        isolate("in", Map.of(PolicyAnnotations.ON_CHANGE, "keep"), Direction.INGRESS);
        isolate("also", Map.of(PolicyAnnotations.ON_CHANGE, "drain 30s"), Direction.INGRESS);
        ListKey key = attachment(server).output().getFirst();
        assertThat(list(key).onChange()).isEqualTo(OnChange.drain(30));
        isolate("third", Map.of(), Direction.INGRESS);
        assertThat(list(attachment(server).output().getFirst()).onChange()).isEqualTo(OnChange.RE_EVALUATE);
    }

    @Test
    void keepsTheNumbersOfListsThatStay() {
        isolate("out", Map.of(), Direction.EGRESS);
        AclNumbers numbers = new AclNumbers(5);
        List<AclConfig> before = numbers.number(plan());
        List<Integer> sender = numbers.of(attachment(server).sender());
        isolate("in", Map.of(), Direction.INGRESS);
        List<AclConfig> after = numbers.number(plan());
        assertThat(numbers.of(attachment(server).sender())).isEqualTo(sender);
        assertThat(after).containsAll(before).hasSize(before.size() + 1);
        assertThat(after)
                .extracting(AclConfig::index)
                .allMatch(index -> index >= 5)
                .doesNotHaveDuplicates();
    }

    @Test
    void asksClusterPoliciesByPriority() {
        objects.add(new Namespace("x", Map.of(), Map.of()));
        objects.add(cluster("a-later", 9, ClusterNetworkPolicy.Action.ACCEPT));
        objects.add(cluster("b-first", 1, ClusterNetworkPolicy.Action.DENY));
        assertThat(rules(attachment(server).sender().getFirst()))
                .extracting(AclRule::action)
                .filteredOn(action -> action != AclAction.PERMIT_REFLECT)
                .containsExactly(AclAction.DENY);
        assertThat(rules(attachment(server).sender().getFirst()).stream()
                        .filter(rule -> rule.destination().length() == 8)
                        .map(AclRule::action))
                .containsExactly(AclAction.DENY, AclAction.PERMIT_REFLECT);
    }

    @Test
    void knowsEveryPortNameOfAPodInPoliciesOfEitherKind() {
        Pod named = Pods.pod(
                "named", "named", "10.1.1.9", ContainerPort.of("web", TCP, 80), ContainerPort.of("admin", TCP, 9000));
        List<PolicyPort> ports =
                List.of(new PolicyPort(TCP, new NamedPort("web")), new PolicyPort(TCP, new NamedPort("admin")));
        objects.addAll(List.of(named, new Namespace("x", Map.of(), Map.of())));
        ClusterNetworkPolicy.Peer anybody =
                new ClusterNetworkPolicy.PodPeer(LabelSelector.EVERYTHING, Optional.empty());
        objects.add(new ClusterNetworkPolicy(
                "names",
                ClusterNetworkPolicy.Tier.ADMIN,
                1,
                new ClusterNetworkPolicy.Subject(LabelSelector.EVERYTHING, Optional.empty()),
                List.of(new ClusterNetworkPolicy.Rule("", ClusterNetworkPolicy.Action.ACCEPT, List.of(anybody), ports)),
                List.of()));
        assertThat(portsOf(named)).containsExactlyInAnyOrder(80, 9000);
        objects.removeLast();
        objects.add(new NetworkPolicy(
                "x",
                "names",
                Map.of(),
                LabelSelector.EVERYTHING,
                Set.of(Direction.INGRESS),
                List.of(new NetworkPolicy.Rule(List.of(), ports)),
                List.of()));
        assertThat(portsOf(named)).containsExactlyInAnyOrder(80, 9000);
    }

    /** The ports that rules for ingress are about. */
    private Set<Integer> portsOf(Pod pod) {
        return rules(attachment(pod).output().getFirst()).stream()
                .filter(rule -> !rule.destinationPorts().equals(PortRange.ANY))
                .map(rule -> rule.destinationPorts().first())
                .collect(Collectors.toSet());
    }

    private static Pod elsewhere(String name, String node, boolean hostNetwork, Pod.Phase phase) {
        List<IpAddress> addresses = List.of(IpAddress.parse("10.1.1.77"));
        return new Pod("x", name, Map.of("app", "server"), Map.of(), node, addresses, hostNetwork, List.of(), phase);
    }

    private static ClusterNetworkPolicy cluster(String name, int priority, ClusterNetworkPolicy.Action action) {
        ClusterNetworkPolicy.Peer peer = new ClusterNetworkPolicy.Networks(List.of(IpPrefix.parse("9.0.0.0/8")));
        return new ClusterNetworkPolicy(
                name,
                ClusterNetworkPolicy.Tier.ADMIN,
                priority,
                new ClusterNetworkPolicy.Subject(LabelSelector.EVERYTHING, Optional.empty()),
                List.of(),
                List.of(new ClusterNetworkPolicy.Rule("", action, List.of(peer), List.of())));
    }

    private Attachment attachment(Pod pod) {
        return plan().pods().getOrDefault(pod.ref(), Attachment.NONE);
    }

    private List<AclRule> rules(ListKey key) {
        return list(key).rules();
    }

    private PolicyList list(ListKey key) {
        return plan().lists().values().stream()
                .filter(list -> list.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private PolicyPlan plan() {
        return PolicyPlanner.plan(Intent.of(objects), PlanOracle.settings("n1"));
    }

    private void isolate(String name, Map<String, String> annotations, Direction direction) {
        LabelSelector servers = LabelSelector.of(Map.of("app", "server"));
        objects.add(new NetworkPolicy("x", name, annotations, servers, Set.of(direction), List.of(), List.of()));
    }

    private static Pod pod(String name) {
        String app = name.startsWith("server") ? "server" : name;
        List<IpAddress> addresses = List.of(IpAddress.ofIpv4(0x0a01_0100 + name.length()));
        return new Pod("x", name, Map.of("app", app), Map.of(), "n1", addresses, false, List.of(), Pod.Phase.RUNNING);
    }
}
