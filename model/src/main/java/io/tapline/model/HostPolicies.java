// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import java.util.List;
import java.util.Map;

/**
 * The choice to let network policies hold on nodes and on pods in the host network, which the API leaves out.
 *
 * <ul>
 *   <li>A policy of {@code namespace} isolates nodes besides pods of that namespace: its {@code podSelector} selects by
 *       the labels of {@code Node} objects. A node without an object has no labels.
 *   <li>A policy that selects a pod in the host network isolates, for ingress, the ports that the pod's containers
 *       declare; nothing else tells the pod from its node. Its rules for egress have no effect.
 *   <li>Rules keep their meaning. To reach a port of a node, the node's policies and those of the pods that declare it
 *       must all permit it.
 * </ul>
 *
 * @param namespace of the policies that select nodes
 * @param reachesOwnPods whether a node that is isolated for egress reaches its own pods all the same, as probes need
 */
public record HostPolicies(String namespace, boolean reachesOwnPods) {
    /** The namespace that configurations and commands propose. */
    public static final String NAMESPACE = "tapline-hosts";

    /** Checks the name. */
    public HostPolicies {
        if (!namespace.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "'" + namespace + "' is not the name of a namespace; write small letters,"
                            + " digits and '-' between them, such as " + NAMESPACE);
        }
    }

    /** Nodes reach their own pods. */
    public static HostPolicies in(String namespace) {
        return new HostPolicies(namespace, true);
    }

    /** The policies that isolate a node, declared or not, in a direction. */
    public List<NetworkPolicy> isolating(Intent intent, String node, Direction direction) {
        Map<String, String> labels = intent.node(node).map(Node::labels).orElse(Map.of());
        return intent.networkPolicies()
                .filter(policy -> policy.types().contains(direction) && selects(policy, labels))
                .toList();
    }

    /** Whether a policy selects a node with these labels. */
    public boolean selects(NetworkPolicy policy, Map<String, String> nodeLabels) {
        return policy.namespace().equals(namespace) && policy.podSelector().matches(nodeLabels);
    }
}
