// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.config.Origin;
import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.ClusterNetworkPolicy.Action;
import io.tapline.model.ClusterNetworkPolicy.Tier;
import io.tapline.model.Direction;
import io.tapline.model.Kind;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.ObjectRef;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts a list together: what the network itself needs, the administrator's first tier, the network policies, the
 * baseline, and a last rule for everything else. First match decides, as in the API.
 *
 * <p>A rule that passes a packet on to the network policies cannot be said in one list. It is rendered as what they -
 * and whatever follows them - say about the packets that it matches: the common part of it and each of the following
 * rules, in order. Since the last of those matches everything, nothing that it matches goes further in its own tier.
 */
final class ListAssembler {
    private static final Origin OWN_NODE = Origin.of("a pod and its own node always reach each other");
    private static final Origin ITSELF = Origin.of("a pod always reaches itself, through a service too");
    static final Origin NO_POLICY = Origin.of("no policy denies it");
    private static final Origin ANSWERS = Origin.of("remembers connections, so that their answers pass");
    private static final Origin NO_SPOOF = Origin.of("the NAT loopback address is the source of this node's pods only");

    private final PolicySettings settings;
    private final PolicySource source;
    private final HostListAssembler hosts;

    ListAssembler(PolicySettings settings, PolicySource source) {
        this.settings = settings;
        this.source = source;
        this.hosts = new HostListAssembler(settings, source);
    }

    PolicyList assemble(ListKey key) {
        return switch (key.purpose()) {
            case REFLECTION -> infrastructure(key, any(AclAction.PERMIT_REFLECT, ANSWERS));
            case OUTSIDE -> infrastructure(key, outside(any(AclAction.PERMIT, NO_POLICY)));
            case OUTSIDE_REFLECTION -> infrastructure(key, outside(any(AclAction.PERMIT_REFLECT, ANSWERS)));
            case INGRESS -> subject(key, Direction.INGRESS);
            case EGRESS -> subject(key, Direction.EGRESS);
            case HOST_INGRESS -> new PolicyList(key, hosts.rules(Direction.INGRESS), onChange(key));
            case HOST_EGRESS -> new PolicyList(key, hosts.rules(Direction.EGRESS), onChange(key));
        };
    }

    private PolicyList infrastructure(ListKey key, List<AclRule> rules) {
        return new PolicyList(key, rules, OnChange.KEEP);
    }

    private List<AclRule> outside(List<AclRule> everythingElse) {
        List<AclRule> rules = new ArrayList<>();
        blocks(settings.natLoopbacks())
                .forEach(block -> rules.add(rule(AclAction.DENY, Direction.INGRESS, block, NO_SPOOF)));
        rules.addAll(everythingElse);
        return rules;
    }

    private PolicyList subject(ListKey key, Direction direction) {
        List<AclRule> rules = new ArrayList<>();
        blocks(settings.natLoopbacks())
                .forEach(block -> rules.add(rule(AclAction.PERMIT_REFLECT, Direction.INGRESS, block, ITSELF)));
        blocks(source.ownNode())
                .forEach(block -> rules.add(rule(AclAction.PERMIT_REFLECT, direction, block, OWN_NODE)));
        List<AclRule> following = new ArrayList<>();
        networkPolicies(key, direction, following);
        admin(key, direction, following, rules);
        rules.addAll(following);
        return new PolicyList(key, source.rejects(key.namespace()) ? answering(rules) : rules, onChange(key));
    }

    private void networkPolicies(ListKey key, Direction direction, List<AclRule> out) {
        List<NetworkPolicy> isolating = networkPolicies(key).toList();
        for (NetworkPolicy policy : isolating) {
            List<PortName> names = RuleRenderer.relevant(
                    key.ports(), policy.rules(direction).stream().flatMap(rule -> rule.ports().stream()));
            out.addAll(source.permits(policy, direction, names));
        }
        if (isolating.isEmpty()) {
            for (ClusterNetworkPolicy policy : tier(key, Tier.BASELINE)) {
                source.tierRules(policy, direction, key.ports()).forEach(rule -> out.addAll(rule.rules()));
            }
            out.addAll(any(AclAction.PERMIT_REFLECT, NO_POLICY));
            return;
        }
        List<ObjectRef> refs = isolating.stream().map(NetworkPolicy::ref).toList();
        out.addAll(isolation("pods in " + key.namespace(), direction, refs));
    }

    /** What follows the permits of policies that isolate someone. */
    static List<AclRule> isolation(String whom, Direction direction, List<ObjectRef> policies) {
        List<String> names = policies.stream().map(ObjectRef::qualifiedName).toList();
        Origin.Direction side = direction == Direction.INGRESS ? Origin.Direction.INGRESS : Origin.Direction.EGRESS;
        return any(AclAction.DENY, new Origin.DefaultDeny(whom, side, names));
    }

    private void admin(ListKey key, Direction direction, List<AclRule> following, List<AclRule> out) {
        List<RuleRenderer.TierRule> admin = tier(key, Tier.ADMIN).stream()
                .flatMap(policy -> source.tierRules(policy, direction, key.ports()).stream())
                .toList();
        int last = admin.size();
        while (last > 0 && admin.get(last - 1).action() == Action.PASS) {
            last--;
        }
        // Rules that pass at the end of the tier change nothing: what follows is asked anyway.
        List<RuleRenderer.TierRule> deciding = admin.subList(0, last);
        boolean passes = deciding.stream().anyMatch(rule -> rule.action() == Action.PASS);
        RuleIntersection rest = new RuleIntersection(passes ? following : List.of());
        for (RuleRenderer.TierRule rule : deciding) {
            if (rule.action() == Action.PASS) {
                rule.rules().forEach(atom -> rest.within(atom, out));
            } else {
                out.addAll(rule.rules());
            }
        }
    }

    private Stream<NetworkPolicy> networkPolicies(ListKey key) {
        return key.policies().stream()
                .filter(ref -> ref.kind() == Kind.NETWORK_POLICY)
                .map(source::networkPolicy);
    }

    private List<ClusterNetworkPolicy> tier(ListKey key, Tier tier) {
        return key.policies().stream()
                .filter(ref -> ref.kind() == Kind.CLUSTER_NETWORK_POLICY)
                .map(source::clusterPolicy)
                .filter(policy -> policy.tier() == tier)
                .sorted(ClusterNetworkPolicy.PRECEDENCE)
                .toList();
    }

    private OnChange onChange(ListKey key) {
        return key.policies().stream()
                .map(this::onChange)
                .min(PolicyAnnotations.STRICTNESS)
                .orElse(settings.onChange());
    }

    private OnChange onChange(ObjectRef ref) {
        return ref.kind() == Kind.NETWORK_POLICY
                ? PolicyAnnotations.onChange(source.networkPolicy(ref), settings.onChange())
                : settings.onChange();
    }

    /** The same rules, but telling the sender of what they deny. */
    static List<AclRule> answering(List<AclRule> rules) {
        return rules.stream()
                .map(rule -> rule.action() == AclAction.DENY ? rule.withAction(AclAction.REJECT) : rule)
                .toList();
    }

    static List<IpPrefix> blocks(Collection<IpAddress> addresses) {
        return addresses.stream().sorted().distinct().map(IpPrefix::host).toList();
    }

    static List<AclRule> any(AclAction action, Origin origin) {
        return Prefixes.ANY.stream()
                .map(block -> AclRule.any(action, block, block).withOrigin(origin))
                .toList();
    }

    static AclRule rule(AclAction action, Direction direction, IpPrefix other, Origin origin) {
        IpPrefix any = other.isIpv4() ? IpPrefix.ANY_IPV4 : IpPrefix.ANY_IPV6;
        boolean ingress = direction == Direction.INGRESS;
        return AclRule.any(action, ingress ? other : any, ingress ? any : other).withOrigin(origin);
    }
}
