// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.model.Direction;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.Rule;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies on the node itself and on pods in its host network. */
class HostPlanTest {
    private static final HostPolicies OPT_IN = HostPolicies.in("hosts");
    private static final PolicySettings SETTINGS =
            PlanOracle.settings("n1", Optional.of(OPT_IN)).withHostAddresses(List.of(IpAddress.parse("172.30.1.2")));

    private final Pod client = pod("client", false, "10.1.1.7");
    private final List<IntentObject> objects = new ArrayList<>(List.of(
            new Node("n1", Map.of("role", "worker"), List.of(IpAddress.parse("192.168.16.1")), List.of()),
            client,
            pod("proxy", true, "192.168.16.1")));

    @Test
    void leavesTheHostAloneWithoutTheOptIn() {
        policy("hosts", "deny", LabelSelector.EVERYTHING, Direction.INGRESS);
        PolicyPlan plan = PolicyPlanner.plan(Intent.of(objects), PlanOracle.settings("n1"));
        assertThat(plan.host()).isEqualTo(Attachment.NONE);
        assertThat(plan().host()).isNotEqualTo(Attachment.NONE);
    }

    @Test
    void standsAtTheWayOutToTheHostAndRemembersWhatItOpens() {
        policy("hosts", "deny", LabelSelector.EVERYTHING, Direction.INGRESS);
        Attachment host = plan().host();
        assertThat(host.input()).containsExactly(ListKey.REFLECTION);
        assertThat(host.output()).extracting(ListKey::text).containsExactly("host ingress hosts: deny");
        assertThat(host.sender()).isEmpty();
        assertThat(plan().outside().input()).containsExactly(ListKey.OUTSIDE);
    }

    @Test
    void travelsWithWhatTheHostSends() {
        policy("hosts", "deny", LabelSelector.EVERYTHING, Direction.EGRESS);
        Attachment host = plan().host();
        assertThat(host.output()).containsExactly(ListKey.REFLECTION);
        assertThat(host.sender()).extracting(ListKey::text).containsExactly("host egress hosts: deny");
        assertThat(plan().pods().get(client.ref())).isEqualTo(Attachment.REFLECTION);
        AclRule first = rules(host.sender()).getFirst();
        assertThat(first.destination()).isEqualTo(IpPrefix.parse("10.1.1.7/32"));
        assertThat(first.origin().text()).isEqualTo("a node always reaches its own pods");
    }

    @Test
    void judgesOnlyWhatIsForAnAddressOfTheNode() {
        policy("hosts", "deny", LabelSelector.EVERYTHING, Direction.INGRESS);
        List<AclRule> rules = rules(plan().host().output());
        assertThat(rules)
                .filteredOn(rule -> rule.action() == AclAction.DENY)
                .extracting(AclRule::destination)
                .containsExactly(IpPrefix.parse("172.30.1.2/32"), IpPrefix.parse("192.168.16.1/32"));
        assertThat(rules.getLast().origin().text()).isEqualTo("goes through the node, not to it");
        assertThat(rules)
                .filteredOn(rule -> rule.action() == AclAction.DENY)
                .extracting(rule -> rule.origin().text())
                .containsOnly("default deny of node/n1 for ingress: hosts/deny");
    }

    @Test
    void leavesNodesAloneThatThePolicyDoesNotSelect() {
        policy("hosts", "deny", LabelSelector.of(Map.of("role", "control")), Direction.INGRESS);
        assertThat(plan().host()).isEqualTo(Attachment.NONE);
    }

    @Test
    void cutsThePoliciesOfAHostPodDownToItsPort() {
        policy("x", "deny", app("proxy"), Direction.INGRESS);
        assertThat(rules(plan().host().output()))
                .filteredOn(
                        rule -> rule.action() == AclAction.DENY && rule.source().isIpv4())
                .allSatisfy(rule -> {
                    assertThat(rule.protocol()).isEqualTo(Protocol.TCP.number());
                    assertThat(rule.destinationPorts().first()).isEqualTo(80);
                    assertThat(rule.origin().text())
                            .isEqualTo("default deny of host-network pod x/proxy for ingress: x/deny");
                })
                .hasSize(2);
    }

    @Test
    void namesThePodsLineWhereBothPermitAndTheNodesPoliciesWhereTheyDeny() {
        objects.add(permit("x", "open", app("proxy"), 80));
        assertThat(origins()).contains("x/open ingress[0].ports[0]");
        objects.add(permit("hosts", "web", LabelSelector.EVERYTHING, 80));
        assertThat(origins().getFirst()).isEqualTo("x/open ingress[0].ports[0]");
        objects.removeLast();
        policy("hosts", "deny", LabelSelector.EVERYTHING, Direction.INGRESS);
        assertThat(origins().getFirst()).isEqualTo("default deny of node/n1 for ingress: hosts/deny");
    }

    @Test
    void knowsThePortNamesOfAHostPod() {
        objects.add(permit("x", "web", app("proxy"), new NetworkPolicy.NamedPort("web")));
        objects.add(permit("hosts", "web", LabelSelector.EVERYTHING, new NetworkPolicy.NamedPort("web")));
        assertThat(origins().getFirst())
                .as("nodes have no names of ports")
                .isEqualTo("default deny of node/n1 for ingress: hosts/web");
        objects.removeLast();
        assertThat(origins().getFirst()).isEqualTo("x/web ingress[0].ports[0]");
    }

    @Test
    void answersWhatAHostPodsNamespaceWantsAnswered() {
        policy("x", "deny", app("proxy"), Direction.INGRESS);
        IncrementalPolicyPlanner planner = new IncrementalPolicyPlanner(SETTINGS);
        objects.forEach(object -> planner.apply(new IntentChange.Put(object)));
        assertThat(planner.plan()).isEqualTo(plan());
        objects.add(new Namespace("x", Map.of(), Map.of(PolicyAnnotations.DENIED, "reject")));
        planner.apply(new IntentChange.Put(objects.getLast()));
        assertThat(planner.plan()).isEqualTo(plan());
        assertThat(rules(plan().host().output()))
                .extracting(AclRule::action)
                .contains(AclAction.REJECT)
                .doesNotContain(AclAction.DENY);
    }

    @Test
    void saysWhatCannotBeHeld() {
        policy("x", "out", app("proxy"), Direction.EGRESS);
        policy("x", "in", app("proxy"), Direction.INGRESS);
        policy("y", "out", app("proxy"), Direction.EGRESS);
        policy("x", "another", app("client"), Direction.EGRESS);
        assertThat(HostNotices.of(Intent.of(objects), OPT_IN))
                .singleElement()
                .asString()
                .contains("NetworkPolicy x/out selects Pod x/proxy", "egress", "namespace hosts");
        assertThat(plan().host().sender()).isEmpty();
        objects.removeIf(object -> object.ref().name().equals("proxy"));
        objects.add(new Pod(
                "x", "bare", Map.of("app", "proxy"), Map.of(), "n1", List.of(), true, List.of(), Pod.Phase.RUNNING));
        objects.add(new Pod(
                "x", "done", Map.of("app", "proxy"), Map.of(), "n1", List.of(), true, List.of(), Pod.Phase.FAILED));
        assertThat(HostNotices.of(Intent.of(objects), OPT_IN, "n1")).hasSize(2);
        assertThat(HostNotices.of(Intent.of(objects), OPT_IN, "n2")).isEmpty();
        assertThat(HostNotices.of(Intent.of(objects), OPT_IN))
                .hasSize(2)
                .anySatisfy(notice -> assertThat(notice).contains("x/in", "no container declares a port"));
    }

    private List<String> origins() {
        return rules(plan().host().output()).stream()
                .filter(rule -> rule.destinationPorts().first() == 80)
                .map(rule -> rule.origin().text())
                .toList();
    }

    private PolicyPlan plan() {
        return PolicyPlanner.plan(Intent.of(objects), SETTINGS);
    }

    private List<AclRule> rules(List<ListKey> keys) {
        return Optional.ofNullable(plan().lists().get(keys.getFirst()))
                .orElseThrow()
                .rules();
    }

    private void policy(String namespace, String name, LabelSelector subject, Direction direction) {
        objects.add(new NetworkPolicy(namespace, name, Map.of(), subject, Set.of(direction), List.of(), List.of()));
    }

    private static NetworkPolicy permit(String namespace, String name, LabelSelector subject, int port) {
        return permit(namespace, name, subject, new NetworkPolicy.PortNumbers(port, port));
    }

    private static NetworkPolicy permit(
            String namespace, String name, LabelSelector subject, NetworkPolicy.PortMatch port) {
        PolicyPort tcp = new PolicyPort(Protocol.TCP, port);
        return new NetworkPolicy(
                namespace,
                name,
                Map.of(),
                subject,
                Set.of(Direction.INGRESS),
                List.of(new Rule(List.of(), List.of(tcp))),
                List.of());
    }

    private static LabelSelector app(String app) {
        return LabelSelector.of(Map.of("app", app));
    }

    private static Pod pod(String name, boolean hostNetwork, String address) {
        return Pods.pod(name, name, hostNetwork, address, Pod.ContainerPort.of("web", Protocol.TCP, 80));
    }
}
