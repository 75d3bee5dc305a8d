// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.Adjacencies;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.Udp;
import io.tapline.wire.VirtioNet;

/**
 * {@code ip4-rewrite}: the last step of a router (RFC 1812 section 5.2.1): TTL, MTU, and the Ethernet header of the
 * next hop; then the {@code ip4-output} arc of the egress interface.
 *
 * <p>Unlike VPP 18.01 it answers a packet that is too big with "fragmentation needed" (RFC 1191). A super-frame is
 * measured by its segments.
 */
public final class Ip4Rewrite extends Node {
    private final Context context;

    /** The node of one worker. */
    public Ip4Rewrite(Context context) {
        super(NodeIndex.IP4_REWRITE);
        this.context = context;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        Generation generation = context.generation();
        Adjacencies adjacencies = generation.adjacencies();
        int start = Feature.IP4_OUTPUT_START.ordinal();
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            int egress = Frame.txInterface(frame);
            int fault = fault(frame, generation.interfaces().mtu(egress));
            if (fault != 0) {
                next[i] = fault;
            } else {
                rewrite(generation, adjacencies, frame, egress);
                next[i] = generation.arcs().next(egress, start);
            }
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace()
                        .rewrite(index(), frame, adjacencies.number(Frame.adjacency(frame)), Frame.nextHop(frame));
            }
        }
    }

    private void rewrite(Generation generation, Adjacencies adjacencies, long frame, int egress) {
        long ethernet = Frame.ethernet(frame);
        if (!Frame.has(frame, Frame.LOCALLY_ORIGINATED)) {
            Ipv4.decrementTtl(ethernet + Ethernet.HEADER_BYTES);
        }
        int neighbor = Frame.neighbor(frame);
        int adjacency = Frame.adjacency(frame);
        long high = adjacencies.rewriteHigh(adjacency);
        long low = adjacencies.rewriteLow(adjacency);
        if (neighbor != Neighbors.NONE) {
            high = Adjacencies.rewriteHigh(
                    context.neighbors().mac(neighbor), generation.interfaces().mac(egress));
        }
        Memory.putI64(ethernet, high);
        Memory.putI32(ethernet + 8, (int) (low >>> 16));
        Memory.putU16(ethernet + 12, (int) low);
    }

    /** 0 when the packet may go on, else the next node of a packet that may not. */
    private int fault(long frame, int mtu) {
        long ip = Frame.ip(frame);
        if (Ipv4.ttl(ip) <= 1 && !Frame.has(frame, Frame.LOCALLY_ORIGINATED)) {
            Frame.drop(frame, DropReason.IP4_TTL_EXPIRED, index());
            Frame.icmpError(frame, Icmpv4.TIME_EXCEEDED, 0, 0);
            return NodeIndex.IP4_ICMP_ERROR;
        }
        if (Frame.length(frame) - Ethernet.HEADER_BYTES <= mtu || largestSegment(frame) <= mtu) {
            return 0;
        }
        if ((Ipv4.flagsAndOffset(ip) & Ipv4.FLAG_DF) == 0) {
            Frame.drop(frame, DropReason.IP4_CANNOT_FRAGMENT, index());
            return NodeIndex.ERROR_DROP;
        }
        Frame.drop(frame, DropReason.IP4_MTU_EXCEEDED, index());
        Frame.icmpError(frame, Icmpv4.UNREACHABLE, Icmpv4.CODE_FRAGMENTATION_NEEDED, mtu);
        return NodeIndex.IP4_ICMP_ERROR;
    }

    /** Length in bytes of the longest IP packet that a super-frame stands for; of the frame itself if it is none. */
    private static int largestSegment(long frame) {
        long virtio = Frame.virtioNet(frame);
        int segmentation = VirtioNet.segmentation(virtio);
        if (segmentation == VirtioNet.GSO_NONE) {
            return Frame.length(frame) - Ethernet.HEADER_BYTES;
        }
        int l4 = Frame.l4Offset(frame);
        int header =
                segmentation == VirtioNet.GSO_UDP_L4 ? Udp.HEADER_BYTES : Tcp.headerBytes(Frame.ethernet(frame) + l4);
        return l4 - Ethernet.HEADER_BYTES + header + VirtioNet.gsoSize(virtio);
    }
}
