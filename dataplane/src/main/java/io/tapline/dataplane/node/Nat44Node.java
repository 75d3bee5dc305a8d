// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.FeatureArcs;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;

/**
 * The NAT44 nodes, each where it belongs on the arc. No mapping can be configured yet, so every packet matches none: it
 * passes unchanged when forwarding is on, and is dropped when it is off.
 *
 * <p>{@code nat44-classify} leaves no trace, as in VPP 18.01; {@code nat44-in2out} has no session for any packet and
 * hands all of them to its slow path.
 */
public final class Nat44Node extends Node {
    private static final int NO_SESSION = -1;
    private static final int IN2OUT_NEXT_LOOKUP = 0;
    private static final int IN2OUT_NEXT_DROP = 1;
    private static final int IN2OUT_NEXT_SLOWPATH = 3;
    private static final int OUT2IN_NEXT_DROP = 0;
    private static final int OUT2IN_NEXT_LOOKUP = 1;

    private final Context context;

    private Nat44Node(Context context, int index) {
        super(index);
        this.context = context;
    }

    /** {@code nat44-classify}: chooses a direction for interfaces that are both inside and outside. */
    public static Nat44Node classify(Context context) {
        return new Nat44Node(context, NodeIndex.NAT44_CLASSIFY);
    }

    /** {@code nat44-in2out}: packets from inside. */
    public static Nat44Node in2out(Context context) {
        return new Nat44Node(context, NodeIndex.NAT44_IN2OUT);
    }

    /** {@code nat44-in2out-slowpath}: packets from inside that have no session yet. */
    public static Nat44Node in2outSlowPath(Context context) {
        return new Nat44Node(context, NodeIndex.NAT44_IN2OUT_SLOWPATH);
    }

    /** {@code nat44-out2in}: packets from outside. */
    public static Nat44Node out2in(Context context) {
        return new Nat44Node(context, NodeIndex.NAT44_OUT2IN);
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        switch (index()) {
            case NodeIndex.NAT44_CLASSIFY -> all(count, next, NodeIndex.NAT44_IN2OUT);
            case NodeIndex.NAT44_IN2OUT -> {
                trace(frames, count, IN2OUT_NEXT_SLOWPATH);
                all(count, next, NodeIndex.NAT44_IN2OUT_SLOWPATH);
            }
            case NodeIndex.NAT44_IN2OUT_SLOWPATH -> forward(frames, count, next, IN2OUT_NEXT_LOOKUP, IN2OUT_NEXT_DROP);
            default -> forward(frames, count, next, OUT2IN_NEXT_LOOKUP, OUT2IN_NEXT_DROP);
        }
    }

    private static void all(int count, int[] next, int node) {
        for (int i = 0; i < count; i++) {
            next[i] = node;
        }
    }

    private void forward(long[] frames, int count, int[] next, int lookupNext, int dropNext) {
        boolean forwarding = context.generation().config().nat().forwarding();
        trace(frames, count, forwarding ? lookupNext : dropNext);
        FeatureArcs arcs = context.generation().arcs();
        int position = Feature.NAT44.ordinal();
        for (int i = 0; i < count; i++) {
            if (forwarding) {
                next[i] = arcs.next(Frame.rxInterface(frames[i]), position);
            } else {
                Frame.drop(frames[i], DropReason.NAT_NO_TRANSLATION, index());
                next[i] = NodeIndex.ERROR_DROP;
            }
        }
    }

    private void trace(long[] frames, int count, int nextIndex) {
        for (int i = 0; i < count; i++) {
            if (Frame.has(frames[i], Frame.TRACED)) {
                context.trace().nat(index(), frames[i], nextIndex, NO_SESSION);
            }
        }
    }
}
