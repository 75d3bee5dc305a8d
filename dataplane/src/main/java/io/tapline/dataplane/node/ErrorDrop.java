// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.trace.TraceRecorder;

/** {@code error-drop}: the end of every frame that does not leave: counted by node, reason and interface, and freed. */
public final class ErrorDrop extends Node {
    private final Context context;

    /** The node of one worker. */
    public ErrorDrop(Context context) {
        super(NodeIndex.ERROR_DROP);
        this.context = context;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            context.counters().dropped(Frame.dropReporter(frame), Frame.dropReason(frame), Frame.rxInterface(frame));
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().drop(index(), frame);
                context.trace().finish(frame, TraceRecorder.DROPPED);
            }
            context.pool().free(frame);
            next[i] = NodeIndex.CONSUMED;
        }
    }
}
