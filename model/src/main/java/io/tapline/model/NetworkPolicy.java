// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network policy ({@code networking.k8s.io/v1}).
 *
 * @param podSelector the pods of its namespace that it isolates
 * @param types the directions that it isolates, the API's default filled in; rules of other directions have no effect
 * @param ingress what may reach the pods; no rule: nothing
 * @param egress what the pods may reach; no rule: nothing
 */
public record NetworkPolicy(
        String namespace,
        String name,
        Map<String, String> annotations,
        LabelSelector podSelector,
        Set<Direction> types,
        List<Rule> ingress,
        List<Rule> egress)
        implements IntentObject {
    /**
     * Allows connections that match one of the peers and one of the ports.
     *
     * @param peers empty: anybody
     * @param ports empty: every port of every protocol
     */
    public record Rule(List<Peer> peers, List<PolicyPort> ports) {
        /** Copies the lists. */
        public Rule {
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
        }
    }

    /** The other end. */
    public sealed interface Peer {}

    /**
     * Pods with addresses of their own, by labels.
     *
     * @param namespaces which namespaces; empty: only the policy's own
     * @param pods which pods in them
     */
    public record PodPeer(Optional<LabelSelector> namespaces, LabelSelector pods) implements Peer {}

    /**
     * Addresses, whoever has them.
     *
     * @param except blocks inside {@code cidr} that do not count
     */
    public record IpBlock(IpPrefix cidr, List<IpPrefix> except) implements Peer {
        /** Copies the list. */
        public IpBlock {
            except = List.copyOf(except);
        }
    }

    /** Ports on the pod that the connection is to. */
    public record PolicyPort(Protocol protocol, PortMatch match) {}

    /** Which ports of a protocol. */
    public sealed interface PortMatch {}

    /** All. */
    public record AnyPort() implements PortMatch {}

    /**
     * A range, both ends included ({@code port} to {@code endPort}).
     *
     * @param first 1..65535
     * @param last {@code first}..65535
     */
    public record PortNumbers(int first, int last) implements PortMatch {}

    /** Whatever number the destination pod gives to its container port of this name and protocol. */
    public record NamedPort(String name) implements PortMatch {}

    /** Copies the collections. */
    public NetworkPolicy {
        annotations = Map.copyOf(annotations);
        types = Set.copyOf(types);
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
    }

    /** The rules of a direction. */
    public List<Rule> rules(Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }

    /** Whether it isolates a pod in a direction; pods of the host network are nobody's business here. */
    public boolean isolates(Pod pod, Direction direction) {
        return types.contains(direction)
                && namespace.equals(pod.namespace())
                && podSelector.matches(pod.labels())
                && !pod.hostNetwork();
    }

    @Override
    public ObjectRef ref() {
        return new ObjectRef(Kind.NETWORK_POLICY, namespace, name);
    }
}
