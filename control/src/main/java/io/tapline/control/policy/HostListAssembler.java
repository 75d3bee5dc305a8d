// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.HostSituation.Guard;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.config.PortRange;
import io.tapline.model.Direction;
import io.tapline.model.HostPolicies;
import io.tapline.model.ObjectRef;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the lists of the node itself together: what may reach it, and what it may reach. They stand at the interface to
 * the host, which others pass too: pods on their way to the outside, and clients outside that the host routes. So each
 * rule is written for each address of the node, and what is not the node's passes.
 *
 * <p>The policies of a pod in the host network come first, cut down to a port that it declares. What they permit is for
 * the policies of the node to judge, as what a rule of a higher tier passes on: it is rendered as their common part.
 */
final class HostListAssembler {
    private static final Origin ITSELF = Origin.of("a node always reaches itself, through a service too");
    private static final Origin OWN_PODS = Origin.of("a node always reaches its own pods");
    private static final Origin TO_OTHERS = Origin.of("goes through the node, not to it");
    private static final Origin FROM_OTHERS = Origin.of("comes through the node, not from it");

    private final PolicySettings settings;
    private final PolicySource source;

    HostListAssembler(PolicySettings settings, PolicySource source) {
        this.settings = settings;
        this.source = source;
    }

    List<AclRule> rules(Direction direction) {
        HostPolicies optIn = settings.hosts().orElseThrow();
        HostSituation host = source.host();
        boolean ingress = direction == Direction.INGRESS;
        List<AclRule> judging = node(optIn, direction, ingress ? host.ingress() : host.egress());
        List<AclRule> rules = new ArrayList<>();
        if (ingress) {
            for (Guard guard : host.guards().reversed()) {
                judging = guarded(guard, judging);
            }
            ListAssembler.blocks(settings.natLoopbacks())
                    .forEach(block ->
                            rules.add(ListAssembler.rule(AclAction.PERMIT_REFLECT, Direction.INGRESS, block, ITSELF)));
        } else if (optIn.reachesOwnPods()) {
            source.ownPods()
                    .forEach(block ->
                            rules.add(ListAssembler.rule(AclAction.PERMIT_REFLECT, Direction.EGRESS, block, OWN_PODS)));
        }
        judging.forEach(rule -> ofNode(rule, ingress, rules));
        rules.addAll(ListAssembler.any(AclAction.PERMIT_REFLECT, ingress ? TO_OTHERS : FROM_OTHERS));
        return rules;
    }

    private List<AclRule> node(HostPolicies optIn, Direction direction, List<ObjectRef> policies) {
        if (policies.isEmpty()) {
            return ListAssembler.any(AclAction.PERMIT_REFLECT, ListAssembler.NO_POLICY);
        }
        List<AclRule> rules = new ArrayList<>();
        policies.forEach(ref -> rules.addAll(source.permits(source.networkPolicy(ref), direction, List.of())));
        rules.addAll(ListAssembler.isolation("node/" + settings.node(), direction, policies));
        return source.rejects(optIn.namespace()) ? ListAssembler.answering(rules) : rules;
    }

    /** What a pod's policies say of its port, before {@code following}, which decides about everything. */
    private List<AclRule> guarded(Guard guard, List<AclRule> following) {
        List<AclRule> permits = new ArrayList<>();
        guard.policies().stream()
                .map(source::networkPolicy)
                .forEach(policy -> permits.addAll(source.permits(
                        policy,
                        Direction.INGRESS,
                        RuleRenderer.relevant(
                                guard.names(),
                                policy.rules(Direction.INGRESS).stream().flatMap(rule -> rule.ports().stream())))));
        RuleIntersection pod = new RuleIntersection(permits);
        RuleIntersection rest = new RuleIntersection(following);
        List<AclRule> rules = new ArrayList<>();
        List<AclRule> closing = ListAssembler.isolation(
                "host-network pod " + guard.pod().qualifiedName(), Direction.INGRESS, guard.policies());
        if (source.rejects(guard.pod().namespace())) {
            closing = ListAssembler.answering(closing);
        }
        for (AclRule everything : closing) {
            AclRule atPort = new AclRule(
                    everything.action(),
                    everything.source(),
                    everything.destination(),
                    guard.protocol().number(),
                    PortRange.ANY,
                    PortRange.of(guard.port()),
                    everything.origin(),
                    everything.hint());
            List<AclRule> permitted = new ArrayList<>();
            pod.within(atPort, permitted);
            permitted.forEach(permit -> passedOn(permit, rest, rules));
            rules.add(atPort);
        }
        rules.addAll(following);
        return rules;
    }

    /** What both permit, the pod's line permits: it is the narrower one. What the node denies, its policies do. */
    private static void passedOn(AclRule permit, RuleIntersection rest, List<AclRule> out) {
        List<AclRule> decided = new ArrayList<>();
        rest.within(permit, decided);
        decided.forEach(rule -> out.add(rule.action().permits() ? rule.withOrigin(permit.origin()) : rule));
    }

    private void ofNode(AclRule rule, boolean ingress, List<AclRule> out) {
        for (IpAddress address : source.ownNode()) {
            if (address.isIpv4() == rule.source().isIpv4()) {
                IpPrefix own = IpPrefix.host(address);
                out.add(new AclRule(
                        rule.action(),
                        ingress ? rule.source() : own,
                        ingress ? own : rule.destination(),
                        rule.protocol(),
                        rule.sourcePorts(),
                        rule.destinationPorts(),
                        rule.origin(),
                        rule.hint()));
            }
        }
    }
}
