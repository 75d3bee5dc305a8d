// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.DropReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happened to one packet, from its arrival to its end.
 *
 * @param number counts kept traces from 1
 * @param startNanos when it arrived, in nanoseconds of the switch's clock
 * @param receivedOn name of the interface it came in by
 * @param frame its first bytes as received, from Ethernet
 * @param frameLength its length as received, in bytes
 * @param steps node by node
 * @param truncated whether there were more steps than a trace holds
 * @param outcome how it ended
 * @param dropReason why it was dropped, if it was
 * @param generation number of the generation that judged it
 * @param names who is who among the packet's addresses
 */
public record PacketTrace(
        long number,
        long startNanos,
        String receivedOn,
        byte[] frame,
        int frameLength,
        List<TraceStep> steps,
        boolean truncated,
        Outcome outcome,
        Optional<DropReason> dropReason,
        long generation,
        Map<String, String> names) {
    /** How a packet ended. */
    public enum Outcome {
        /** It left by an interface. */
        SENT,
        /** It was dropped, with a reason; an ICMP error about it may have left. */
        DROPPED,
        /** The switch took it for itself. */
        DELIVERED
    }

    /** Copies the lists. */
    public PacketTrace {
        steps = List.copyOf(steps);
        names = Map.copyOf(names);
    }

    /** The address, with the name of its owner where that is known: {@code 10.1.1.2 (web/frontend)}. */
    public String who(String address) {
        String name = names.get(address);
        return name == null ? address : address + " (" + name + ")";
    }
}
