// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import io.tapline.wire.IpPrefix;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A cluster-scoped policy ({@code policy.networking.k8s.io/v1alpha2}): ordered rules of the administrator, before or
 * after those of the namespaces.
 *
 * @param priority 0..1000; smaller is earlier within a tier
 * @param subject the pods that it is about
 * @param ingress at most 25 rules, the first match decides
 * @param egress at most 25 rules, the first match decides
 */
public record ClusterNetworkPolicy(
        String name, Tier tier, int priority, Subject subject, List<Rule> ingress, List<Rule> egress)
        implements IntentObject {
    /** The order in which policies of a tier are asked: by priority; the API leaves equal ones open, here by name. */
    public static final Comparator<ClusterNetworkPolicy> PRECEDENCE =
            Comparator.comparingInt(ClusterNetworkPolicy::priority).thenComparing(ClusterNetworkPolicy::name);

    /** When a policy has its say. */
    public enum Tier {
        /** Before network policies. */
        ADMIN,
        /** After network policies, for pods that none isolates in the direction. */
        BASELINE
    }

    /** What a matching rule does. */
    public enum Action {
        /** Allows the connection; nothing after it is asked. */
        ACCEPT,
        /** Denies it; nothing after it is asked. */
        DENY,
        /** Leaves the rest of this tier out. */
        PASS
    }

    /**
     * Which pods, host-network pods excluded.
     *
     * @param pods empty: all pods of the namespaces
     */
    public record Subject(LabelSelector namespaces, Optional<LabelSelector> pods) {}

    /**
     * One rule.
     *
     * @param name may be empty
     * @param peers any of them; never empty
     * @param ports any of them; empty: every port of every protocol
     */
    public record Rule(String name, Action action, List<Peer> peers, List<NetworkPolicy.PolicyPort> ports) {
        /** Copies the lists; refuses a rule without peers, which the API does not know and could only guess at. */
        public Rule {
            if (peers.isEmpty()) {
                throw new IllegalArgumentException("rule '" + name + "' names no peer; the API wants at least one");
            }
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
        }
    }

    /** The other end. */
    public sealed interface Peer {}

    /** Pods with addresses of their own, by labels; without {@code pods} all of the namespaces. */
    public record PodPeer(LabelSelector namespaces, Optional<LabelSelector> pods) implements Peer {}

    /** Addresses, whoever has them; egress only. */
    public record Networks(List<IpPrefix> blocks) implements Peer {
        /** Copies the list. */
        public Networks {
            blocks = List.copyOf(blocks);
        }
    }

    /** Nodes by labels; egress only. */
    public record Nodes(LabelSelector nodes) implements Peer {}

    /**
     * A peer of a kind that this version does not know: it matches everything in a rule that denies and nothing in one
     * that accepts, so that ignorance never opens anything.
     *
     * @param field the key that is not understood
     */
    public record UnknownPeer(String field) implements Peer {}

    /** Copies the lists. */
    public ClusterNetworkPolicy {
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
    }

    /** The rules of a direction. */
    public List<Rule> rules(Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }

    @Override
    public ObjectRef ref() {
        return new ObjectRef(Kind.CLUSTER_NETWORK_POLICY, "", name);
    }
}
