// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.Neighbors;

/**
 * {@code ip4-arp}: asks for the neighbour that a packet needs, and lets the packet wait for the answer. VPP drops it
 * instead, which costs the first packet of every conversation a retransmission.
 */
public final class Ip4Arp extends Node {
    private final Context context;
    private final Resolver resolver;

    /** The node of one worker. */
    public Ip4Arp(Context context, Resolver resolver) {
        super(NodeIndex.IP4_ARP);
        this.context = context;
        this.resolver = resolver;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().ip4(index(), frame);
            }
            next[i] = await(frame);
        }
    }

    private int await(long frame) {
        int egress = Frame.txInterface(frame);
        int address = Frame.nextHop(frame);
        if (context.generation().interfaces().sourceFor(egress, address) == 0) {
            return drop(frame, DropReason.ARP_NO_SOURCE);
        }
        Neighbors neighbors = context.neighbors();
        int entry = neighbors.find(egress, address);
        if (entry == Neighbors.NONE) {
            entry = neighbors.add(egress, address);
            if (entry == Neighbors.NONE) {
                return drop(frame, DropReason.ARP_TABLE_FULL);
            }
            resolver.request(entry);
        }
        Frame.nextHop(frame, address, entry);
        Frame.generation(frame, context.generation().number());
        return neighbors.hold(entry, frame) ? NodeIndex.CONSUMED : drop(frame, DropReason.ARP_QUEUE_FULL);
    }

    private int drop(long frame, DropReason reason) {
        Frame.drop(frame, reason, index());
        return NodeIndex.ERROR_DROP;
    }
}
