// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.config.Origin.PolicyOrigin;
import io.tapline.dataplane.config.PortRange;
import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.Direction;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.NetworkPolicy.NamedPort;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.PortNumbers;
import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Renders the rules of one policy for one direction. Every rule of a policy becomes, for each of its peers and ports,
 * one rule per address block and port number; what cannot be resolved becomes nothing.
 *
 * <p>The pod itself is not in the rules: in rules for ingress the destination is any, in rules for egress the source,
 * since the lists stand where only this pod's packets pass.
 */
final class RuleRenderer {
    private static final PolicyPort EVERYTHING = new PolicyPort(Protocol.TCP, new NetworkPolicy.AnyPort());

    private final Peers peers;

    RuleRenderer(Peers peers) {
        this.peers = peers;
    }

    /** A rule of a cluster-scoped policy; of one that passes, {@code rules} say only what it is about. */
    record TierRule(ClusterNetworkPolicy.Action action, List<AclRule> rules) {
        TierRule {
            rules = List.copyOf(rules);
        }
    }

    /** A peer by whichever way it is found: {@code pods} or fixed {@code blocks}. */
    private record Source(Optional<PodScope> pods, List<IpPrefix> blocks) {
        static Source of(PodScope pods) {
            return new Source(Optional.of(pods), List.of());
        }

        static Source of(List<IpPrefix> blocks) {
            return new Source(Optional.empty(), blocks);
        }
    }

    /** Where a line stands and what it does, but for the indexes that {@link #lines} counts. */
    private record Line(ObjectRef policy, Direction direction, int rule, AclAction action, List<PortName> names) {
        Origin origin(int peer, int port) {
            return new PolicyOrigin(
                    policy.kind().toString(),
                    policy.namespace(),
                    policy.name(),
                    direction == Direction.INGRESS ? Origin.Direction.INGRESS : Origin.Direction.EGRESS,
                    rule,
                    peer,
                    port);
        }
    }

    /** Those of the names that occur in these ports: what of them the rendering depends on. */
    static List<PortName> relevant(List<PortName> names, Stream<PolicyPort> ports) {
        if (names.isEmpty()) {
            return names;
        }
        Set<String> used = ports.filter(port -> port.match() instanceof NamedPort)
                .map(port -> ((NamedPort) port.match()).name())
                .collect(Collectors.toSet());
        return names.stream().filter(name -> used.contains(name.name())).toList();
    }

    /**
     * What a network policy permits.
     *
     * @param names what port names mean on the pod, for ingress
     */
    List<AclRule> render(NetworkPolicy policy, Direction direction, List<PortName> names) {
        List<AclRule> rendered = new ArrayList<>();
        List<NetworkPolicy.Rule> rules = policy.rules(direction);
        for (int r = 0; r < rules.size(); r++) {
            Line line = new Line(policy.ref(), direction, r, AclAction.PERMIT_REFLECT, names);
            List<NetworkPolicy.Peer> from = rules.get(r).peers();
            List<PolicyPort> ports = rules.get(r).ports();
            if (from.isEmpty()) {
                anybody(line, ports, rendered);
            }
            for (int p = 0; p < from.size(); p++) {
                lines(line, source(from.get(p), policy.namespace()), p, ports, rendered);
            }
        }
        return List.copyOf(rendered);
    }

    /** The rules of a cluster-scoped policy, in order. */
    List<TierRule> render(ClusterNetworkPolicy policy, Direction direction, List<PortName> names) {
        List<TierRule> rendered = new ArrayList<>();
        List<ClusterNetworkPolicy.Rule> rules = policy.rules(direction);
        for (int r = 0; r < rules.size(); r++) {
            ClusterNetworkPolicy.Rule rule = rules.get(r);
            boolean denies = rule.action() == ClusterNetworkPolicy.Action.DENY;
            Line line = new Line(policy.ref(), direction, r, denies ? AclAction.DENY : AclAction.PERMIT_REFLECT, names);
            List<AclRule> atoms = new ArrayList<>();
            for (int p = 0; p < rule.peers().size(); p++) {
                lines(line, source(rule.peers().get(p), denies), p, rule.ports(), atoms);
            }
            rendered.add(new TierRule(rule.action(), atoms));
        }
        return List.copyOf(rendered);
    }

    private static Source source(NetworkPolicy.Peer peer, String namespace) {
        return switch (peer) {
            case NetworkPolicy.PodPeer pods -> Source.of(PodScope.of(pods, namespace));
            case NetworkPolicy.IpBlock block -> Source.of(Prefixes.subtract(block.cidr(), block.except()));
        };
    }

    private Source source(ClusterNetworkPolicy.Peer peer, boolean denies) {
        return switch (peer) {
            case ClusterNetworkPolicy.PodPeer pods -> Source.of(PodScope.of(pods));
            case ClusterNetworkPolicy.Networks networks ->
                Source.of(networks.blocks().stream().map(IpPrefix::network).toList());
            case ClusterNetworkPolicy.Nodes nodes -> Source.of(peers.nodes(nodes.nodes()));
            case ClusterNetworkPolicy.UnknownPeer _ -> Source.of(denies ? Prefixes.ANY : List.of());
        };
    }

    /** A rule without peers: any address, and behind a port name any pod. */
    private void anybody(Line line, List<PolicyPort> ports, List<AclRule> out) {
        Source addresses = Source.of(Prefixes.ANY);
        Source pods = Source.of(PodScope.EVERY_POD);
        if (ports.isEmpty()) {
            lines(line, addresses, PolicyOrigin.ALL, ports, out);
        }
        for (int i = 0; i < ports.size(); i++) {
            boolean named = line.direction() == Direction.EGRESS && ports.get(i).match() instanceof NamedPort;
            line(line, named ? pods : addresses, line.origin(PolicyOrigin.ALL, i), Optional.of(ports.get(i)), out);
        }
    }

    private void lines(Line line, Source source, int peer, List<PolicyPort> ports, List<AclRule> out) {
        if (ports.isEmpty()) {
            line(line, source, line.origin(peer, PolicyOrigin.ALL), Optional.empty(), out);
        }
        for (int i = 0; i < ports.size(); i++) {
            line(line, source, line.origin(peer, i), Optional.of(ports.get(i)), out);
        }
    }

    private void line(Line line, Source source, Origin origin, Optional<PolicyPort> port, List<AclRule> out) {
        boolean denies = line.action() == AclAction.DENY;
        if (port.isPresent() && port.get().match() instanceof NamedPort named) {
            byName(line, source, named.name(), port.get().protocol()).forEach((number, blocks) -> {
                int protocol = port.get().protocol().number();
                blocks.forEach(block -> out.add(rule(line, block, protocol, PortRange.of(number), origin)));
            });
            return;
        }
        int protocol = port.map(p -> p.protocol().number()).orElse(AclRule.ANY_PROTOCOL);
        PortRange range = port.orElse(EVERYTHING).match() instanceof PortNumbers numbers
                ? new PortRange(numbers.first(), numbers.last())
                : PortRange.ANY;
        List<IpPrefix> blocks =
                source.pods().map(scope -> peers.blocks(scope, denies)).orElse(source.blocks());
        blocks.forEach(block -> out.add(rule(line, block, protocol, range, origin)));
    }

    private SortedMap<Integer, List<IpPrefix>> byName(Line line, Source source, String name, Protocol protocol) {
        boolean denies = line.action() == AclAction.DENY;
        SortedMap<Integer, List<IpPrefix>> result = new TreeMap<>();
        if (line.direction() == Direction.EGRESS) {
            source.pods().ifPresent(scope -> result.putAll(peers.blocksByPort(scope, name, protocol, denies)));
            return result;
        }
        List<IpPrefix> blocks =
                source.pods().map(scope -> peers.blocks(scope, denies)).orElse(source.blocks());
        for (PortName meaning : line.names()) {
            if (meaning.name().equals(name) && meaning.protocol() == protocol) {
                result.put(meaning.number(), blocks);
            }
        }
        return result;
    }

    private static AclRule rule(Line line, IpPrefix other, int protocol, PortRange ports, Origin origin) {
        IpPrefix any = other.isIpv4() ? IpPrefix.ANY_IPV4 : IpPrefix.ANY_IPV6;
        boolean ingress = line.direction() == Direction.INGRESS;
        return new AclRule(
                line.action(),
                ingress ? other : any,
                ingress ? any : other,
                protocol,
                PortRange.ANY,
                ports,
                origin,
                "");
    }
}
