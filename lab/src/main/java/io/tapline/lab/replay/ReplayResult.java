// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.PacketTrace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a scenario.
 *
 * @param config the switch it ran on
 * @param events what happened, in order
 * @param totals the switch's counters at the end
 */
public record ReplayResult(SwitchConfig config, List<Event> events, Totals totals) {

    /** Copies the list. */
    public ReplayResult {
        events = List.copyOf(events);
    }

    /** Something that happened. */
    public sealed interface Event {
        /** The frames that left meanwhile, in order. */
        List<SentFrame> sent();
    }

    /**
     * A packet arrived.
     *
     * @param number counts from 1
     * @param device name of the interface
     * @param frame as received
     * @param timeNanos when, by the replay's clock
     * @param trace what became of it; empty when it still waits for ARP at the end
     */
    public record Packet(
            int number, String device, byte[] frame, long timeNanos, Optional<PacketTrace> trace, List<SentFrame> sent)
            implements Event {}

    /** Time passed. */
    public record Pause(long nanos, List<SentFrame> sent) implements Event {}

    /**
     * Counters. Every frame is accounted for: received + originated = sent + dropped + delivered + held.
     *
     * @param received frames that came in
     * @param originated frames that the switch made
     * @param sent frames that left
     * @param dropped frames that were dropped
     * @param delivered frames that the switch took for itself
     * @param held frames that still wait for ARP
     * @param interfaces by interface
     * @param drops by reason, only those that occurred
     * @param nodes by node, only those that handled a frame
     * @param acl of the access lists
     */
    public record Totals(
            long received,
            long originated,
            long sent,
            long dropped,
            long delivered,
            long held,
            List<Port> interfaces,
            Map<DropReason, Long> drops,
            List<NodeCount> nodes,
            Map<Counters.AclCounter, Long> acl) {
        /** Whether every frame is accounted for. */
        public boolean isBalanced() {
            return received + originated == sent + dropped + delivered + held;
        }
    }

    /** Counters of one interface; bytes count from Ethernet; {@code drops} are frames received there. */
    public record Port(String name, long rxFrames, long rxBytes, long txFrames, long txBytes, long drops) {}

    /** Counters of one node; {@code drops} are by reason, only those that occurred. */
    public record NodeCount(String name, long calls, long frames, Map<DropReason, Long> drops) {}

    /** The packets among the events. */
    public List<Packet> packets() {
        return events.stream()
                .filter(Packet.class::isInstance)
                .map(Packet.class::cast)
                .toList();
    }
}
