// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.agent.node.Attachment;
import io.tapline.agent.node.NodeView;
import io.tapline.dataplane.Counters;
import io.tapline.model.Direction;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A pod that is attached here.
 *
 * @param pod namespace and name, or which container it is
 * @param address its address
 * @param state {@code ready}, {@code adding}, {@code deleting} or {@code lost}
 * @param reason why it is lost
 * @param interfaceName the switch's interface to it
 * @param device its own name for its end
 * @param container of the runtime
 * @param namespacePath its network namespace
 * @param declared whether a manifest declares it
 * @param ingressPolicies network policies that isolate it for ingress
 * @param egressPolicies network policies that isolate it for egress
 * @param traffic what it sent and received, as the switch sees it
 */
public record PodView(
        String pod,
        String address,
        String state,
        Optional<String> reason,
        String interfaceName,
        String device,
        String container,
        String namespacePath,
        boolean declared,
        List<String> ingressPolicies,
        List<String> egressPolicies,
        Traffic traffic) {
    /** All pods of the node. */
    static List<PodView> of(NodeView node, Counters counters) {
        return node.attachments().stream()
                .map(attachment -> of(attachment, node, counters))
                .toList();
    }

    private static PodView of(Attachment attachment, NodeView node, Counters counters) {
        Optional<String> lost = Optional.ofNullable(node.lost().get(attachment.key()));
        Optional<Pod> declared = node.intent().find(attachment.ref()).map(Pod.class::cast);
        return new PodView(
                attachment.displayName(),
                attachment.address().toString(),
                lost.isPresent() ? "lost" : attachment.phase().name().toLowerCase(Locale.ROOT),
                lost,
                attachment.planned().interfaceName(),
                attachment.key().device(),
                attachment.key().containerId(),
                attachment.namespacePath(),
                declared.isPresent(),
                policies(node, declared, Direction.INGRESS),
                policies(node, declared, Direction.EGRESS),
                Traffic.of(counters, attachment.interfaceIndex()));
    }

    private static List<String> policies(NodeView node, Optional<Pod> pod, Direction direction) {
        return pod.stream()
                .flatMap(known -> node.intent().networkPolicies().filter(policy -> policy.isolates(known, direction)))
                .map(NetworkPolicy::name)
                .sorted()
                .toList();
    }
}
