// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.NatTable;
import io.tapline.wire.Ipv4;

/**
 * {@code nat44-classify}: chooses a direction for packets of interfaces that are both inside and outside. What goes to
 * an outside address comes from outside; it leaves no trace, as in VPP 18.01.
 */
public final class Nat44Classify extends Node {
    private final Context context;

    /** The node of one worker. */
    public Nat44Classify(Context context) {
        super(NodeIndex.NAT44_CLASSIFY);
        this.context = context;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        NatTable nat = context.generation().nat();
        for (int i = 0; i < count; i++) {
            next[i] = isFromOutside(nat, frames[i]) ? NodeIndex.NAT44_OUT2IN : NodeIndex.NAT44_IN2OUT;
        }
    }

    private static boolean isFromOutside(NatTable nat, long frame) {
        int destination = Ipv4.destination(Frame.ip(frame));
        if (!nat.isExternal(destination)) {
            return false;
        }
        if (nat.isPoolAddress(destination) || !NatPacket.hasPorts(frame)) {
            return true;
        }
        int number = nat.find(destination, NatPacket.ports(frame) & 0xffff, Frame.protocol(frame), false);
        return number != NatTable.NONE && !nat.target(number).isIdentity();
    }
}
