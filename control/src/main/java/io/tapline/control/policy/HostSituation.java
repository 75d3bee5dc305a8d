// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.control.policy.ListKey.Purpose;
import io.tapline.model.Direction;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Which policies concern the node itself, and the pods in its host network.
 *
 * @param ingress those that isolate the node for ingress, ordered
 * @param egress those that isolate it for egress, ordered
 * @param guards the ports of isolated pods in the host network, ordered
 */
record HostSituation(List<ObjectRef> ingress, List<ObjectRef> egress, List<Guard> guards) {
    /** Nothing concerns it. */
    static final HostSituation NONE = new HostSituation(List.of(), List.of(), List.of());

    /**
     * A port of the node that a pod in the host network declares.
     *
     * @param policies those that isolate the pod for ingress, ordered; at least one
     * @param names what port names mean on the pod
     */
    record Guard(ObjectRef pod, Protocol protocol, int port, List<ObjectRef> policies, List<PortName> names) {
        Guard {
            policies = List.copyOf(policies);
            names = List.copyOf(names);
        }
    }

    HostSituation {
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
        guards = List.copyOf(guards);
    }

    /** Whether a pod is in the host network of a node, and its ports are in use. */
    static boolean isHostPod(Pod pod, String node) {
        return pod.hostNetwork() && pod.node().equals(node) && !pod.isFinished();
    }

    /**
     * The situation of a node.
     *
     * @param onNode policies that select the node
     * @param onPods the pods of its host network, and the policies that select each of them
     */
    static HostSituation of(Collection<NetworkPolicy> onNode, SortedMap<ObjectRef, Subject> onPods) {
        List<Guard> guards = new ArrayList<>();
        onPods.values().forEach(subject -> guard(subject, guards));
        return new HostSituation(
                refs(isolating(onNode, Direction.INGRESS)), refs(isolating(onNode, Direction.EGRESS)), guards);
    }

    /** A pod in the host network with the policies that select it. */
    record Subject(Pod pod, Collection<NetworkPolicy> policies) {}

    private static void guard(Subject subject, List<Guard> guards) {
        List<NetworkPolicy> isolating = isolating(subject.policies(), Direction.INGRESS);
        if (isolating.isEmpty()) {
            return;
        }
        List<PortName> names = Situation.key(subject.pod(), Direction.INGRESS, isolating, List.of())
                .map(ListKey::ports)
                .orElse(List.of());
        subject.pod().ports().stream()
                .map(port -> new Guard(subject.pod().ref(), port.protocol(), port.port(), refs(isolating), names))
                .distinct()
                .forEach(guards::add);
    }

    private static List<NetworkPolicy> isolating(Collection<NetworkPolicy> policies, Direction direction) {
        return policies.stream()
                .filter(policy -> policy.types().contains(direction))
                .toList();
    }

    private static List<ObjectRef> refs(Collection<NetworkPolicy> policies) {
        return policies.stream().map(NetworkPolicy::ref).sorted().toList();
    }

    /** The lists of the interface to the host. {@code namespace} is that of the policies that select nodes. */
    Attachment attachment(String namespace) {
        Stream<ObjectRef> guarding = guards.stream().flatMap(guard -> guard.policies().stream());
        return Situation.attachment(
                key(Purpose.HOST_INGRESS, namespace, Stream.concat(ingress.stream(), guarding)),
                key(Purpose.HOST_EGRESS, namespace, egress.stream()));
    }

    private static Optional<ListKey> key(Purpose purpose, String namespace, Stream<ObjectRef> policies) {
        List<ObjectRef> refs = policies.distinct().sorted().toList();
        return refs.isEmpty() ? Optional.empty() : Optional.of(new ListKey(purpose, namespace, refs, List.of()));
    }
}
