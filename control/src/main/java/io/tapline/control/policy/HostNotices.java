// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.Direction;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What policies say of pods in the host network that cannot be held, for their authors to know. */
public final class HostNotices {
    private HostNotices() {}

    /** A sentence for each policy and pod that it selects in vain, by policy and pod. */
    public static List<String> of(Intent intent, HostPolicies hosts) {
        return of(intent, hosts, pod -> true);
    }

    /** The same about the pods of one node. */
    public static List<String> of(Intent intent, HostPolicies hosts, String node) {
        return of(intent, hosts, pod -> pod.node().equals(node));
    }

    private static List<String> of(Intent intent, HostPolicies hosts, Predicate<Pod> which) {
        List<Pod> pods = intent.pods()
                .filter(pod -> pod.hostNetwork() && !pod.isFinished() && which.test(pod))
                .toList();
        List<String> notices = new ArrayList<>();
        intent.networkPolicies()
                .forEach(policy -> pods.stream()
                        .filter(pod -> pod.namespace().equals(policy.namespace())
                                && policy.podSelector().matches(pod.labels()))
                        .forEach(pod -> add(policy, pod, hosts, notices)));
        return List.copyOf(notices);
    }

    private static void add(NetworkPolicy policy, Pod pod, HostPolicies hosts, List<String> notices) {
        String subject = policy.ref() + " selects " + pod.ref() + ", which is in the host network";
        if (policy.types().contains(Direction.EGRESS)) {
            notices.add(subject + ": its rules for egress have no effect there, since nothing tells what the pod sends"
                    + " from what its node sends; isolate the node by a policy in namespace " + hosts.namespace());
        }
        if (policy.types().contains(Direction.INGRESS) && pod.ports().isEmpty()) {
            notices.add(subject + ": its rules for ingress have no effect there, since no container declares a port by"
                    + " which the pod could be told from its node");
        }
    }
}
