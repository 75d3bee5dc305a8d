// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.trace.PacketTrace;
import java.util.List;
import java.util.Optional;

/**
 * What became of a connection that was tried.
 *
 * @param reached the connection as policies see it: where a service was translated, with the addresses and the port of
 *     the two pods; otherwise the same
 * @param request where the first packet went
 * @param answer where its answer went; empty when the request did not arrive, or the families differ
 * @param byLists whether the access lists were asked directly, without a packet, as for IPv6
 * @param deciding the rules that decided, in the order in which they were asked; the last one denies when one does
 */
public record Attempt(
        Connection connection,
        Connection reached,
        Journey request,
        Optional<Journey> answer,
        boolean byLists,
        List<Decision> deciding) {
    /**
     * The way of one packet through one or two switches.
     *
     * @param arrived whether it reached the place that has its destination address
     * @param legs switch by switch
     */
    public record Journey(boolean arrived, List<Leg> legs) {
        /** Copies the list. */
        public Journey {
            legs = List.copyOf(legs);
        }
    }

    /** What one node's switch did; the trace is there when traces were asked for. */
    public record Leg(String node, Optional<PacketTrace> trace) {}

    /**
     * A rule that was asked about the request.
     *
     * @param node whose switch holds it
     * @param list all rules of the access list that it is in
     */
    public record Decision(String node, AclRule rule, List<AclRule> list) {
        /** Copies the list. */
        public Decision {
            list = List.copyOf(list);
        }
    }

    /** Copies the list. */
    public Attempt {
        deciding = List.copyOf(deciding);
    }

    /** Whether a service stood between. */
    public boolean isTranslated() {
        return !reached.equals(connection);
    }

    /** Whether the request and its answer both arrive. */
    public boolean isAllowed() {
        return request.arrived() && answer.filter(Journey::arrived).isPresent();
    }
}
