// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Interfaces;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.wire.Ethernet;
import io.tapline.wire.MacAddress;
import io.tapline.wire.Memory;

/**
 * {@code ethernet-input}: accepts frames for the interface's own MAC address, broadcast or multicast, and sends them on
 * by EtherType.
 */
public final class EthernetInput extends Node {
    private final Context context;

    /** The node of one worker. */
    public EthernetInput(Context context) {
        super(NodeIndex.ETHERNET_INPUT);
        this.context = context;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        Interfaces interfaces = context.generation().interfaces();
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().ethernet(index(), frame);
            }
            next[i] = classify(interfaces, frame);
        }
    }

    private int classify(Interfaces interfaces, long frame) {
        if (Frame.length(frame) < Ethernet.HEADER_BYTES) {
            return drop(frame, DropReason.ETHERNET_TRUNCATED);
        }
        long ethernet = Frame.ethernet(frame);
        long destination = Memory.i64(ethernet) >>> 16;
        if (destination != interfaces.mac(Frame.rxInterface(frame)) && !MacAddress.isGroup(destination)) {
            return drop(frame, DropReason.L3_MAC_MISMATCH);
        }
        int type = Ethernet.type(ethernet);
        if (type == Ethernet.TYPE_IPV4) {
            return NodeIndex.IP4_INPUT;
        }
        return switch (type) {
            case Ethernet.TYPE_ARP -> NodeIndex.ARP_INPUT;
            case Ethernet.TYPE_IPV6 -> drop(frame, DropReason.IP6_NOT_SUPPORTED);
            case Ethernet.TYPE_VLAN, Ethernet.TYPE_QINQ -> drop(frame, DropReason.UNKNOWN_VLAN);
            default -> drop(frame, DropReason.UNKNOWN_ETHERTYPE);
        };
    }

    private int drop(long frame, DropReason reason) {
        Frame.drop(frame, reason, index());
        return NodeIndex.ERROR_DROP;
    }
}
