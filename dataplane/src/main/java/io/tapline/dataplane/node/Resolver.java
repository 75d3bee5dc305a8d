// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Interfaces;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.wire.Arp;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.MacAddress;
import io.tapline.wire.VirtioNet;

/**
 * Finds neighbours by ARP and keeps them fresh: a request a second, three in all (RFC 1122 section 2.3.2.1), then the
 * frames that wait are given up and their senders told. A neighbour that has not been heard of for a minute is asked
 * again, by unicast, while its old address stays in use.
 *
 * <p>Threading: one worker thread.
 */
public final class Resolver {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Time between requests to the same neighbour. */
    public static final long RETRY_NANOS = SECOND_NANOS;
    /** Requests without an answer before a neighbour is given up. */
    public static final int MAX_REQUESTS = 3;
    /** Time after which a neighbour is asked again. */
    public static final long REACHABLE_NANOS = 60 * SECOND_NANOS;

    private final Context context;

    /** The resolver of one worker. */
    public Resolver(Context context) {
        this.context = context;
    }

    /** Sends a request: broadcast for an unknown neighbour, unicast to one that is only to be confirmed. */
    void request(int entry) {
        Neighbors neighbors = context.neighbors();
        neighbors.requested(entry, context.nowNanos());
        int egress = neighbors.interfaceIndex(entry);
        int target = neighbors.address(entry);
        Interfaces interfaces = context.generation().interfaces();
        int source = interfaces.sourceFor(egress, target);
        long frame = source == 0 ? 0 : context.pool().allocate();
        if (frame == 0) {
            return;
        }
        Frame.received(frame, Ethernet.HEADER_BYTES + Arp.BYTES, egress);
        Frame.flags(frame, Frame.flags(frame) | Frame.LOCALLY_ORIGINATED);
        Frame.txInterface(frame, egress);
        long mac = interfaces.mac(egress);
        long destination = neighbors.isResolved(entry) ? neighbors.mac(entry) : MacAddress.BROADCAST;
        Ethernet.write(Frame.ethernet(frame), destination, mac, Ethernet.TYPE_ARP);
        Arp.write(Frame.ethernet(frame) + Ethernet.HEADER_BYTES, Arp.REQUEST, mac, source, 0, target);
        VirtioNet.clear(Frame.virtioNet(frame));
        context.counters().originated(1);
        context.graph().enqueue(NodeIndex.INTERFACE_OUTPUT, frame);
    }

    /**
     * A neighbour made itself known: frames that waited for it go on, unless the configuration has changed meanwhile.
     */
    void confirm(int entry, long mac) {
        Neighbors neighbors = context.neighbors();
        neighbors.confirm(entry, mac, context.nowNanos());
        for (int i = 0; i < neighbors.heldCount(entry); i++) {
            long frame = neighbors.held(entry, i);
            if (Frame.generation(frame) == context.generation().number()) {
                context.graph().enqueue(NodeIndex.IP4_REWRITE, frame);
            } else {
                Frame.drop(frame, DropReason.ARP_SUPERSEDED, NodeIndex.IP4_ARP);
                context.graph().enqueue(NodeIndex.ERROR_DROP, frame);
            }
        }
        neighbors.clearHeld(entry);
    }

    /** Repeats requests that are due and gives up neighbours that do not answer. To be called some times a second. */
    public void maintain() {
        Neighbors neighbors = context.neighbors();
        if (neighbors.size() == 0) {
            return;
        }
        for (int entry = 0; entry < neighbors.capacity(); entry++) {
            if (neighbors.isUsed(entry)) {
                maintain(neighbors, entry);
            }
        }
    }

    private void maintain(Neighbors neighbors, int entry) {
        long now = context.nowNanos();
        boolean asking = neighbors.requests(entry) > 0;
        boolean stale = neighbors.isResolved(entry) && now - neighbors.confirmedNanos(entry) >= REACHABLE_NANOS;
        if ((asking && now - neighbors.requestedNanos(entry) < RETRY_NANOS) || (!asking && !stale)) {
            return;
        }
        if (neighbors.requests(entry) < MAX_REQUESTS) {
            request(entry);
        } else {
            giveUp(neighbors, entry);
        }
    }

    private void giveUp(Neighbors neighbors, int entry) {
        for (int i = 0; i < neighbors.heldCount(entry); i++) {
            long frame = neighbors.held(entry, i);
            Frame.drop(frame, DropReason.ARP_UNRESOLVED, NodeIndex.IP4_ARP);
            Frame.icmpError(frame, Icmpv4.UNREACHABLE, Icmpv4.CODE_HOST_UNREACHABLE, 0);
            context.graph().enqueue(NodeIndex.IP4_ICMP_ERROR, frame);
        }
        neighbors.clearHeld(entry);
        neighbors.remove(entry);
    }
}
