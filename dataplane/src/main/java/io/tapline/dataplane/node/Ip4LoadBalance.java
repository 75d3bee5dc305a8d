// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;

/**
 * {@code ip4-load-balance}: follows a recursive route to the route that it refers to, choosing a path there. Traces
 * show the packet at entry, with the number of the load balance, as VPP's do.
 */
public final class Ip4LoadBalance extends Node {
    private final Context context;
    private final Forwarding forwarding;

    /** The node of one worker. */
    public Ip4LoadBalance(Context context) {
        super(NodeIndex.IP4_LOAD_BALANCE);
        this.context = context;
        this.forwarding = new Forwarding(context, index());
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        Generation generation = context.generation();
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            int loadBalance = Frame.adjacency(frame);
            int dpo = forwarding.select(generation, frame, loadBalance);
            if (Frame.has(frame, Frame.TRACED)) {
                int table = generation.interfaces().table(Frame.rxInterface(frame));
                int number = generation.loadBalances().number(loadBalance);
                context.trace().lookup(index(), frame, table, number, dpo);
            }
            next[i] = forwarding.follow(generation, frame, dpo);
        }
    }
}
