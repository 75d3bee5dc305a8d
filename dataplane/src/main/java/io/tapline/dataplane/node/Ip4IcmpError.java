// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.NatState;
import io.tapline.wire.Checksum;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.VirtioNet;

/**
 * {@code ip4-icmp-error}: turns a packet that is to be dropped into an ICMP error for its sender (RFC 1812 section
 * 4.3.2), which then takes the whole way through lookup, output features and all. It quotes the packet as its sender
 * sent it: what NAT did is undone. The packet itself counts as dropped, the error as made by the switch.
 *
 * <p>No error is sent about ICMP errors, later fragments, or when the receiving interface has no address (RFC 1122
 * section 3.2.2), nor beyond the rate limit; the packet is then just dropped.
 */
public final class Ip4IcmpError extends Node {
    private static final int TTL = 255;
    private static final int MAX_PACKET_BYTES = 576;
    private static final int PREPENDED_BYTES = Ipv4.HEADER_BYTES + Icmpv4.HEADER_BYTES;
    private static final int L4_OFFSET = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;

    private final Context context;
    private final NatUndo undo;

    /** The node of one worker. */
    public Ip4IcmpError(Context context, NatState nat) {
        super(NodeIndex.IP4_ICMP_ERROR);
        this.context = context;
        this.undo = new NatUndo(context, nat.sessions());
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            int source = context.generation().interfaces().icmpSource(Frame.rxInterface(frame));
            boolean report =
                    source != 0 && mayReport(frame) && context.icmpErrors().take(context.nowNanos());
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().icmpError(index(), frame, report);
            }
            if (report) {
                context.counters()
                        .dropped(Frame.dropReporter(frame), Frame.dropReason(frame), Frame.rxInterface(frame));
                context.counters().originated(1);
                undo.restore(frame);
                report(frame, source);
                next[i] = NodeIndex.IP4_LOOKUP;
            } else {
                next[i] = NodeIndex.ERROR_DROP;
            }
        }
    }

    static boolean mayReport(long frame) {
        if (Frame.has(frame, Frame.NON_FIRST_FRAGMENT | Frame.LOCALLY_ORIGINATED)) {
            return false;
        }
        return Frame.protocol(frame) != Ipv4.PROTOCOL_ICMP
                || (Frame.has(frame, Frame.L4_VALID) && !Icmpv4.isError(Frame.sourcePort(frame)));
    }

    /** Writes the new headers before the old packet, which becomes the payload. */
    static void report(long frame, int source) {
        int error = Frame.icmpError(frame);
        int destination = Ipv4.source(Frame.ip(frame));
        Frame.prepend(frame, PREPENDED_BYTES);
        int length = Math.min(Frame.length(frame) - Ethernet.HEADER_BYTES, MAX_PACKET_BYTES);
        Frame.length(frame, Ethernet.HEADER_BYTES + length);
        VirtioNet.clear(Frame.virtioNet(frame));
        long ip = Frame.ip(frame);
        Ipv4.write(ip, length, TTL, Ipv4.PROTOCOL_ICMP, source, destination);
        long icmp = ip + Ipv4.HEADER_BYTES;
        int type = error >>> 24;
        int code = error >>> 16 & 0xff;
        Memory.putI32(icmp, type << 24 | code << 16);
        Memory.putI32(icmp + 4, error & 0xffff);
        Memory.putU16(
                icmp + Icmpv4.CHECKSUM_OFFSET, Checksum.finish(Checksum.sum(icmp, length - Ipv4.HEADER_BYTES, 0)));
        Frame.l4(frame, L4_OFFSET, Ipv4.PROTOCOL_ICMP, 0, type << 16 | code);
        int keep = Frame.flags(frame) & (Frame.TRACED | Frame.LARGE_SLOT);
        Frame.flags(frame, keep | Frame.LOCALLY_ORIGINATED | Frame.L4_VALID);
        Frame.table(frame, -1);
        Frame.flowHash(frame, 0);
    }
}
