// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.control.policy.ListKey.Purpose;
import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.Direction;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which policies concern a pod of the node in each direction: what decides the lists that it has. */
final class Situation {
    private Situation() {}

    /** Whether a pod gets lists: it has, or will have, an interface of its own on this node. */
    static boolean isLocal(Pod pod, String node) {
        return pod.node().equals(node) && !pod.hostNetwork() && !pod.isFinished();
    }

    /**
     * The list of a direction, or empty when nothing concerns the pod.
     *
     * @param policies those of the pod's namespace that select it
     * @param clusterPolicies those whose subject it is
     */
    static Optional<ListKey> key(
            Pod pod,
            Direction direction,
            Collection<NetworkPolicy> policies,
            Collection<ClusterNetworkPolicy> clusterPolicies) {
        List<ObjectRef> refs = new ArrayList<>();
        SortedSet<PortName> names = new TreeSet<>();
        for (NetworkPolicy policy : policies) {
            if (policy.types().contains(direction)) {
                refs.add(policy.ref());
                policy.rules(direction).forEach(rule -> resolve(rule.ports(), pod, names));
            }
        }
        for (ClusterNetworkPolicy policy : clusterPolicies) {
            if (!policy.rules(direction).isEmpty()) {
                refs.add(policy.ref());
                policy.rules(direction).forEach(rule -> resolve(rule.ports(), pod, names));
            }
        }
        if (refs.isEmpty()) {
            return Optional.empty();
        }
        boolean ingress = direction == Direction.INGRESS;
        return Optional.of(new ListKey(
                ingress ? Purpose.INGRESS : Purpose.EGRESS,
                pod.namespace(),
                refs.stream().sorted().toList(),
                ingress ? List.copyOf(names) : List.of()));
    }

    private static void resolve(List<NetworkPolicy.PolicyPort> ports, Pod pod, SortedSet<PortName> names) {
        for (NetworkPolicy.PolicyPort port : ports) {
            if (port.match() instanceof NetworkPolicy.NamedPort named) {
                for (int number : pod.portNumbers(named.name(), port.protocol())) {
                    names.add(new PortName(named.name(), port.protocol(), number));
                }
            }
        }
    }

    /** The lists of a pod that has these two. */
    static Attachment attachment(Optional<ListKey> ingress, Optional<ListKey> egress) {
        if (ingress.isEmpty() && egress.isEmpty()) {
            return Attachment.NONE;
        }
        return new Attachment(
                List.of(ListKey.REFLECTION),
                List.of(ingress.orElse(ListKey.REFLECTION)),
                egress.stream().toList());
    }

    /** Whether some pod has an egress list, so that answers to it must be remembered where connections enter. */
    static boolean reflects(Collection<Attachment> pods) {
        return pods.stream().anyMatch(attachment -> !attachment.sender().isEmpty());
    }

    /** The lists of the interfaces to the outside of a node with these lists on its pods. */
    static Attachment outside(Collection<Attachment> pods) {
        boolean guarded = pods.stream().anyMatch(attachment -> !attachment.equals(Attachment.NONE));
        ListKey key = reflects(pods) ? ListKey.OUTSIDE_REFLECTION : ListKey.OUTSIDE;
        return guarded ? new Attachment(List.of(key), List.of(), List.of()) : Attachment.NONE;
    }

    /** The lists of an interface that no policy concerns, of the host's and of pods'. */
    static Attachment unconcerned(boolean reflects) {
        return reflects ? Attachment.REFLECTION : Attachment.NONE;
    }

    /** The same lists, or those of an unconcerned pod. */
    static Attachment effective(Attachment attachment, boolean reflects) {
        return attachment.equals(Attachment.NONE) ? unconcerned(reflects) : attachment;
    }
}
