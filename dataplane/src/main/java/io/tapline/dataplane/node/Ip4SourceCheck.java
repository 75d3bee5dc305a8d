// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Interfaces;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.FeatureArcs;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Ipv4;

/**
 * {@code ip4-source-check}: drops what does not come from one of the interface's
 * {@link io.tapline.dataplane.config.Senders}, so that a pod cannot speak for another. It stands first on the arc of
 * interfaces that name their senders; {@code arp-input} asks the same of ARP packets.
 */
public final class Ip4SourceCheck extends Node {
    private final Context context;

    /** The node of one worker. */
    public Ip4SourceCheck(Context context) {
        super(NodeIndex.IP4_SOURCE_CHECK);
        this.context = context;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        Interfaces interfaces = context.generation().interfaces();
        FeatureArcs arcs = context.generation().arcs();
        int position = Feature.SOURCE_CHECK.ordinal();
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            int port = Frame.rxInterface(frame);
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().ip4(index(), frame);
            }
            if (!interfaces.maySendFromMac(port, Ethernet.source(Frame.ethernet(frame)))) {
                next[i] = drop(frame, DropReason.SOURCE_MAC_SPOOFED);
            } else if (!interfaces.maySendFromAddress(port, Ipv4.source(Frame.ip(frame)))) {
                next[i] = drop(frame, DropReason.SOURCE_ADDRESS_SPOOFED);
            } else {
                next[i] = arcs.next(port, position);
            }
        }
    }

    private int drop(long frame, DropReason reason) {
        Frame.drop(frame, reason, index());
        return NodeIndex.ERROR_DROP;
    }
}
