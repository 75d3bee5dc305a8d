// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.Dpo;
import io.tapline.dataplane.table.Ip4Trie;
import io.tapline.wire.Ipv4;

/**
 * {@code ip4-lookup}: longest-prefix match in the table of the receiving interface, or in that which a feature or
 * another table asks for.
 */
public final class Ip4Lookup extends Node {
    /** Most times that tables may refer a packet to one another. */
    static final int MAX_LOOKUPS = 4;

    private static final int TABLE_MASK = 0xffff;

    private final Context context;
    private final Forwarding forwarding;

    /** The node of one worker. */
    public Ip4Lookup(Context context) {
        super(NodeIndex.IP4_LOOKUP);
        this.context = context;
        this.forwarding = new Forwarding(context, index());
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        Generation generation = context.generation();
        Ip4Trie[] tries = generation.tries();
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            int asked = Frame.table(frame);
            int table =
                    asked >= 0 ? asked & TABLE_MASK : generation.interfaces().table(Frame.rxInterface(frame));
            int dpo = table < tries.length ? tries[table].lookup(Ipv4.destination(Frame.ip(frame))) : Dpo.NO_ROUTE;
            next[i] = forwarding.follow(generation, frame, dpo);
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().lookup(index(), frame, table, forwarding.number(), dpo);
            }
        }
    }
}
