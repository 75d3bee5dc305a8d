// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.dataplane.config.AclConfig;
import java.util.List;
import java.util.Map;

/**
 * The access lists of a node and where they are attached; what policies are rendered to.
 *
 * @param acls the lists
 * @param attached by interface index; an interface that is missing has none
 */
public record AccessPlan(List<AclConfig> acls, Map<Integer, Attached> attached) {
    /** No lists: everything may go everywhere. */
    public static final AccessPlan OPEN = new AccessPlan(List.of(), Map.of());

    /**
     * The lists of one interface, by their indexes and in order.
     *
     * @param input for packets from there
     * @param output for packets to there
     * @param sender for packets from there, judged where they leave the switch
     */
    public record Attached(List<Integer> input, List<Integer> output, List<Integer> sender) {
        /** No lists. */
        public static final Attached NONE = new Attached(List.of(), List.of(), List.of());

        /** Copies the lists. */
        public Attached {
            input = List.copyOf(input);
            output = List.copyOf(output);
            sender = List.copyOf(sender);
        }
    }

    /** Copies the collections. */
    public AccessPlan {
        acls = List.copyOf(acls);
        attached = Map.copyOf(attached);
    }

    /** The lists of an interface. */
    public Attached of(int interfaceIndex) {
        return attached.getOrDefault(interfaceIndex, Attached.NONE);
    }
}
