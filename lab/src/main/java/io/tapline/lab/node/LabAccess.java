// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.control.node.AccessPlan;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.node.PlannedPod;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Access lists as Contiv/VPP attaches them: what enters is reflected, what leaves to a pod is judged by the pod's own
 * list, what leaves to the host by the global one.
 */
final class LabAccess {
    private static final int REFLECTION = 0;
    private static final int GLOBAL = 1;
    private static final int FIRST_LOCAL = 2;

    private LabAccess() {}

    /** The lists for these pods; {@code ingress} has the rules of those that are isolated, by interface. */
    static AccessPlan plan(List<PlannedPod> pods, Map<Integer, List<AclRule>> ingress) {
        List<AclConfig> acls = new ArrayList<>();
        Map<Integer, AccessPlan.Attached> attached = new HashMap<>();
        acls.add(new AclConfig(REFLECTION, "reflection", List.of(anyToAny(AclAction.PERMIT_REFLECT, ""))));
        acls.add(new AclConfig(GLOBAL, "global", List.of(anyToAny(AclAction.PERMIT, "no egress policy"))));
        attached.put(
                NodePlanner.HOST_INTERFACE, new AccessPlan.Attached(List.of(REFLECTION), List.of(GLOBAL), List.of()));
        for (PlannedPod pod : pods) {
            int local = FIRST_LOCAL + pod.interfaceIndex() - NodePlanner.FIRST_POD_INTERFACE;
            List<AclRule> rules = ingress.getOrDefault(
                    pod.interfaceIndex(), List.of(anyToAny(AclAction.PERMIT, "no policy selects the pod")));
            acls.add(new AclConfig(local, "ingress of " + pod.name(), rules));
            attached.put(pod.interfaceIndex(), new AccessPlan.Attached(List.of(REFLECTION), List.of(local), List.of()));
        }
        return new AccessPlan(acls, attached);
    }

    private static AclRule anyToAny(AclAction action, String origin) {
        return AclRule.any(action, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4).withOrigin(origin);
    }
}
