// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.trace.TraceStep;
import io.tapline.wire.Checksum;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.VirtioNet;

/**
 * Answers packets that a rule with {@link io.tapline.dataplane.config.AclAction#REJECT} denies, or that go to a NAT
 * mapping without backends: TCP by a reset as RFC 9293 section 3.5.1 wants it, anything else by ICMP, for a rule
 * "communication administratively prohibited" (RFC 1812 section 5.2.7.1). The frame itself becomes the answer; its
 * packet counts as dropped, the answer as made by the switch.
 *
 * <p>The answer comes from the packet's destination and takes the way that the destination's own would: from where the
 * packet was stopped on its way out, it passes the features behind the access lists of that interface, so that a
 * translated connection is translated back. It then meets the sender's output features as any packet does, but access
 * lists let it pass: the packet that it refuses left no session.
 *
 * <p>No answer is given to resets, ICMP errors, what the switch made itself, fragments of TCP, later fragments, and
 * beyond 1000 a second with bursts of 200. One worker thread.
 */
final class Refusals {
    private static final int TTL = 64;
    private static final int L4_OFFSET = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;
    private static final int RESET_BYTES = Ipv4.HEADER_BYTES + Tcp.HEADER_BYTES;

    private final Context context;
    private final TokenBucket limit = new TokenBucket(1000, 200);

    Refusals(Context context) {
        this.context = context;
    }

    /**
     * Answers a frame that is marked to be dropped, or leaves it alone.
     *
     * @param leaving whether the packet was stopped on its way out, else on its way in
     * @return the next node
     */
    int answer(Generation generation, long frame, int node, boolean leaving) {
        return answer(generation, frame, node, leaving, Icmpv4.CODE_ADMINISTRATIVELY_PROHIBITED);
    }

    /** As the other, with {@code code} of ICMP "unreachable" for what is not TCP. */
    int answer(Generation generation, long frame, int node, boolean leaving, int code) {
        boolean tcp = Frame.protocol(frame) == Ipv4.PROTOCOL_TCP;
        boolean answers = (tcp ? mayReset(frame) : Ip4IcmpError.mayReport(frame)) && limit.take(context.nowNanos());
        if (tcp) {
            Frame.icmpError(frame, TraceStep.IcmpError.TCP_RESET, 0, 0);
        } else {
            Frame.icmpError(frame, Icmpv4.UNREACHABLE, code, 0);
        }
        if (Frame.has(frame, Frame.TRACED)) {
            context.trace().icmpError(node, frame, answers);
        }
        if (!answers) {
            return NodeIndex.ERROR_DROP;
        }
        context.counters().dropped(node, Frame.dropReason(frame), Frame.rxInterface(frame));
        context.counters().originated(1);
        if (tcp) {
            reset(frame);
        } else {
            Ip4IcmpError.report(frame, Ipv4.destination(Frame.ip(frame)));
        }
        Frame.flags(frame, Frame.flags(frame) | Frame.REFUSAL);
        if (!leaving) {
            return NodeIndex.IP4_LOOKUP;
        }
        int from = Frame.txInterface(frame);
        Frame.rxInterface(frame, from);
        return generation.arcs().next(from, Feature.ACL_INPUT);
    }

    private static boolean mayReset(long frame) {
        return !Frame.has(frame, Frame.FRAGMENT | Frame.LOCALLY_ORIGINATED)
                && Frame.has(frame, Frame.L4_VALID)
                && Frame.length(frame) >= L4_OFFSET + Tcp.HEADER_BYTES
                && (Frame.tcpFlags(frame) & Tcp.RST) == 0;
    }

    /** Turns a segment into the reset that answers it. */
    private static void reset(long frame) {
        long ip = Frame.ip(frame);
        long tcp = ip + Ipv4.HEADER_BYTES;
        int flags = Frame.tcpFlags(frame);
        boolean acknowledged = (flags & Tcp.ACK) != 0;
        int payload = Ipv4.totalLength(ip) - Ipv4.HEADER_BYTES - Math.max(Tcp.HEADER_BYTES, Tcp.headerBytes(tcp));
        int length = Math.max(0, payload) + Integer.bitCount(flags & (Tcp.SYN | Tcp.FIN));
        int sequence = acknowledged ? Tcp.acknowledgement(tcp) : 0;
        int acknowledgement = acknowledged ? 0 : Tcp.sequence(tcp) + length;
        int answerFlags = acknowledged ? Tcp.RST : Tcp.RST | Tcp.ACK;
        int ports = Memory.i32(tcp);
        int back = ports << 16 | ports >>> 16;
        int source = Ipv4.destination(ip);
        int destination = Ipv4.source(ip);
        VirtioNet.clear(Frame.virtioNet(frame));
        Ipv4.write(ip, RESET_BYTES, TTL, Ipv4.PROTOCOL_TCP, source, destination);
        Memory.putI32(tcp, back);
        Memory.putI32(tcp + 4, sequence);
        Memory.putI32(tcp + 8, acknowledgement);
        Memory.putI32(tcp + 12, ((Tcp.HEADER_BYTES / 4) << 28) | (answerFlags << 16));
        Memory.putI32(tcp + 16, 0);
        int sum = Checksum.pseudoHeader(source, destination, Ipv4.PROTOCOL_TCP, Tcp.HEADER_BYTES);
        Memory.putU16(tcp + Tcp.CHECKSUM_OFFSET, Checksum.finish(Checksum.sum(tcp, Tcp.HEADER_BYTES, sum)));
        Frame.length(frame, Ethernet.HEADER_BYTES + RESET_BYTES);
        Frame.l4(frame, L4_OFFSET, Ipv4.PROTOCOL_TCP, answerFlags, back);
        int keep = Frame.flags(frame) & (Frame.TRACED | Frame.LARGE_SLOT);
        Frame.flags(frame, keep | Frame.LOCALLY_ORIGINATED | Frame.L4_VALID | Frame.TCP_FLAGS_VALID);
        Frame.table(frame, -1);
        Frame.flowHash(frame, 0);
    }
}
