// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.wire.Ipv4;

/**
 * Gives a packet that is to be reported to its sender the tuple under which the sender knows it. Without this, a
 * client's kernel would not recognize its own packet in an error, and path MTU discovery to services would fail.
 */
final class NatUndo {
    private final Context context;
    private final NatSessions sessions;

    NatUndo(Context context, NatSessions sessions) {
        this.context = context;
        this.sessions = sessions;
    }

    /** Undoes what NAT did to the packet, if anything. */
    void restore(long frame) {
        if (!Frame.has(frame, Frame.NAT_INWARD | Frame.NAT_OUTWARD) || !NatPacket.hasPorts(frame)) {
            return;
        }
        int asked = Frame.table(frame);
        int table =
                asked >= 0 ? asked & 0xff : context.generation().interfaces().table(Frame.rxInterface(frame));
        int key = FlowTable.NONE;
        if (Frame.has(frame, Frame.NAT_OUTWARD)) {
            key = answer(frame, NatSessions.OUT2IN, table);
        }
        if (key == FlowTable.NONE && Frame.has(frame, Frame.NAT_INWARD)) {
            key = answer(frame, NatSessions.IN2OUT, table);
            key = key == FlowTable.NONE ? answer(frame, NatSessions.OUTPUT, table) : key;
        }
        if (key != FlowTable.NONE) {
            NatPacket.rewrite(
                    frame,
                    sessions.newDestination(key),
                    sessions.newSource(key),
                    Integer.rotateLeft(sessions.newPorts(key), 16));
        }
        Frame.flags(frame, Frame.flags(frame) & ~(Frame.NAT_INWARD | Frame.NAT_OUTWARD));
    }

    /** The key that an answer to the packet would match. */
    private int answer(long frame, int space, int table) {
        long ip = Frame.ip(frame);
        int ports = NatPacket.ports(frame);
        long tuple = NatSessions.tuple(ports & 0xffff, ports >>> 16, Frame.protocol(frame), space, table);
        return sessions.find(Ipv4.destination(ip), Ipv4.source(ip), tuple);
    }
}
