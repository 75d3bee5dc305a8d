// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.wire.Checksum;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.VirtioNet;

/**
 * {@code ip4-local}: packets for the switch's own addresses. It answers ICMP echo (RFC 792, RFC 1122 section 3.2.2.6)
 * and tells senders of anything else that nobody is listening.
 */
public final class Ip4Local extends Node {
    private static final int TTL = 64;

    private final Context context;

    /** The node of one worker. */
    public Ip4Local(Context context) {
        super(NodeIndex.IP4_LOCAL);
        this.context = context;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().ip4(index(), frame);
            }
            next[i] = deliver(frame);
        }
    }

    private int deliver(long frame) {
        if (Frame.has(frame, Frame.FRAGMENT)) {
            return drop(frame, DropReason.IP4_LOCAL_FRAGMENT);
        }
        return switch (Frame.protocol(frame)) {
            case Ipv4.PROTOCOL_ICMP -> icmp(frame);
            case Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP ->
                refuse(frame, DropReason.IP4_LOCAL_NO_LISTENER, Icmpv4.CODE_PORT_UNREACHABLE);
            default -> refuse(frame, DropReason.IP4_LOCAL_PROTOCOL, Icmpv4.CODE_PROTOCOL_UNREACHABLE);
        };
    }

    private int icmp(long frame) {
        long icmp = Frame.ethernet(frame) + Frame.l4Offset(frame);
        int bytes = Frame.length(frame) - Frame.l4Offset(frame);
        if (bytes < Icmpv4.HEADER_BYTES || Checksum.finish(Checksum.sum(icmp, bytes, 0)) != 0) {
            return drop(frame, DropReason.IP4_LOCAL_BAD_CHECKSUM);
        }
        if (Icmpv4.type(icmp) != Icmpv4.ECHO_REQUEST || Icmpv4.code(icmp) != 0) {
            return drop(frame, DropReason.IP4_LOCAL_ICMP);
        }
        answerEcho(frame, icmp);
        return NodeIndex.IP4_LOOKUP;
    }

    /** Turns the request into its reply in place. */
    private void answerEcho(long frame, long icmp) {
        Memory.putU8(icmp, Icmpv4.ECHO_REPLY);
        Memory.putU16(
                icmp + Icmpv4.CHECKSUM_OFFSET,
                Checksum.update16(Icmpv4.checksum(icmp), Icmpv4.ECHO_REQUEST << 8, Icmpv4.ECHO_REPLY << 8));
        long ip = Frame.ip(frame);
        int source = Ipv4.source(ip);
        Ipv4.source(ip, Ipv4.destination(ip));
        Ipv4.destination(ip, source);
        Memory.putU8(ip + 8, TTL);
        Ipv4.updateChecksum(ip);
        VirtioNet.clear(Frame.virtioNet(frame));
        Frame.l4(frame, Frame.l4Offset(frame), Ipv4.PROTOCOL_ICMP, 0, Icmpv4.ECHO_REPLY << 16);
        Frame.flags(frame, Frame.flags(frame) | Frame.LOCALLY_ORIGINATED);
        Frame.table(frame, -1);
        Frame.flowHash(frame, 0);
        context.counters().delivered(1);
        context.counters().originated(1);
    }

    private int refuse(long frame, DropReason reason, int code) {
        Frame.drop(frame, reason, index());
        Frame.icmpError(frame, Icmpv4.UNREACHABLE, code, 0);
        return NodeIndex.IP4_ICMP_ERROR;
    }

    private int drop(long frame, DropReason reason) {
        Frame.drop(frame, reason, index());
        return NodeIndex.ERROR_DROP;
    }
}
