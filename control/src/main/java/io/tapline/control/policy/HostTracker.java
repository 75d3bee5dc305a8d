// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.HostSituation.Subject;
import io.tapline.model.HostPolicies;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Follows what concerns the node itself. Without {@link HostPolicies} it follows nothing.
 *
 * <p>Threading: one thread.
 */
final class HostTracker {
    private final String node;
    private final Optional<HostPolicies> optIn;
    private final SortedMap<ObjectRef, Pod> hostPods = new TreeMap<>();
    private final Map<ObjectRef, List<IpAddress>> ownPods = new TreeMap<>();
    private Map<String, String> labels = Map.of();
    private HostSituation situation = HostSituation.NONE;
    private boolean stale;

    HostTracker(PolicySettings settings) {
        node = settings.node();
        optIn = settings.hosts();
    }

    /** Takes over the node's own object, or its end. */
    void node(Optional<Node> now) {
        labels = now.map(Node::labels).orElse(Map.of());
        stale = true;
    }

    /** Takes over a policy, or its end. */
    void policy(ObjectRef ref) {
        stale |= optIn.filter(hosts -> hosts.namespace().equals(ref.namespace()))
                        .isPresent()
                || hostPods.keySet().stream().anyMatch(pod -> pod.namespace().equals(ref.namespace()));
    }

    /** Takes over a pod, or its end; whether the addresses of the node's own pods are others now. */
    boolean pod(ObjectRef ref, Optional<Pod> now) {
        if (optIn.isEmpty()) {
            return false;
        }
        Optional<Pod> inHost = now.filter(pod -> HostSituation.isHostPod(pod, node));
        Optional<Pod> before = Optional.ofNullable(hostPods.get(ref));
        if (!before.equals(inHost)) {
            inHost.ifPresentOrElse(pod -> hostPods.put(ref, pod), () -> hostPods.remove(ref));
            stale = true;
        }
        List<IpAddress> addresses =
                now.filter(pod -> isOwn(pod, node)).map(Pod::addresses).orElse(List.of());
        List<IpAddress> old = addresses.isEmpty() ? ownPods.remove(ref) : ownPods.put(ref, addresses);
        return !addresses.equals(old == null ? List.of() : old);
    }

    /** Whether a node reaches the addresses of a pod as those of one of its own. */
    static boolean isOwn(Pod pod, String node) {
        return pod.isOnNetwork() && pod.node().equals(node);
    }

    /** The situation now. {@code policies} are those of a namespace. */
    HostSituation situation(Function<String, Collection<NetworkPolicy>> policies) {
        if (stale && optIn.isPresent()) {
            situation = compute(optIn.get(), labels, hostPods, policies);
        }
        stale = false;
        return situation;
    }

    static HostSituation compute(
            HostPolicies optIn,
            Map<String, String> nodeLabels,
            SortedMap<ObjectRef, Pod> hostPods,
            Function<String, Collection<NetworkPolicy>> policies) {
        List<NetworkPolicy> onNode = policies.apply(optIn.namespace()).stream()
                .filter(policy -> optIn.selects(policy, nodeLabels))
                .toList();
        SortedMap<ObjectRef, Subject> onPods = new TreeMap<>();
        hostPods.forEach((ref, pod) -> onPods.put(
                ref,
                new Subject(
                        pod,
                        policies.apply(pod.namespace()).stream()
                                .filter(policy -> policy.podSelector().matches(pod.labels()))
                                .toList())));
        return HostSituation.of(onNode, onPods);
    }

    List<IpPrefix> ownPods() {
        return cover(ownPods.values());
    }

    static List<IpPrefix> cover(Collection<List<IpAddress>> addresses) {
        return Prefixes.cover(
                addresses.stream().flatMap(List::stream).sorted().distinct().toList());
    }
}
