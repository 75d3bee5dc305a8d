// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.control.policy.AclNumbers;
import io.tapline.control.policy.Attachment;
import io.tapline.control.policy.IncrementalPolicyPlanner;
import io.tapline.control.policy.PolicyPlan;
import io.tapline.control.policy.PolicySettings;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.model.IntentChange;
import io.tapline.model.ObjectRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The access lists of a node, from the policies that concern its pods. Follows changes in proportion to them; a list
 * keeps its number as long as it is in use.
 *
 * <p>Threading: one thread.
 */
public final class PolicyAccess {
    private final IncrementalPolicyPlanner planner;
    private final AclNumbers numbers = new AclNumbers(0);

    /** Nothing declared yet. */
    public PolicyAccess(PolicySettings settings) {
        this.planner = new IncrementalPolicyPlanner(settings);
    }

    /** Takes over a change of the intent. Pods of this node must have the addresses that they have here. */
    public void apply(IntentChange change) {
        planner.apply(change);
    }

    /**
     * The lists and where they belong.
     *
     * @param pods the attached pods by interface index
     * @throws IllegalArgumentException if one of them is not declared: nobody knows then which policies select it
     */
    public AccessPlan plan(Map<Integer, ObjectRef> pods) {
        return plan(pods, Set.of());
    }

    /**
     * The same, with interfaces to other nodes and to the world.
     *
     * @param outside their indexes
     */
    public AccessPlan plan(Map<Integer, ObjectRef> pods, Set<Integer> outside) {
        PolicyPlan plan = planner.plan();
        List<AclConfig> acls = numbers.number(plan);
        Map<Integer, AccessPlan.Attached> attached = new HashMap<>();
        attached.put(NodePlanner.HOST_INTERFACE, attached(plan.host()));
        outside.forEach(index -> attached.put(index, attached(plan.outside())));
        pods.forEach((index, ref) -> {
            Attachment lists = plan.pods().get(ref);
            if (lists == null) {
                throw new IllegalArgumentException(
                        "pod " + ref.qualifiedName() + " is not in the intent, so that its policies are unknown");
            }
            attached.put(index, attached(lists));
        });
        return new AccessPlan(acls, attached);
    }

    private AccessPlan.Attached attached(Attachment lists) {
        return new AccessPlan.Attached(
                numbers.of(lists.input()), numbers.of(lists.output()), numbers.of(lists.sender()));
    }
}
