// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.trace.TraceRecorder;
import io.tapline.wire.Memory;
import io.tapline.wire.VirtioNet;

/** {@code virtio-input}: takes over what a device received, checks its virtio-net header, and starts traces. */
public final class VirtioInput extends Node {
    private final Context context;

    /** The node of one worker. */
    public VirtioInput(Context context) {
        super(NodeIndex.VIRTIO_INPUT);
        this.context = context;
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        TraceRecorder trace = context.trace();
        boolean tracing = trace.isArmed();
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            if (tracing) {
                trace.begin(frame, context.generation());
                if (Frame.has(frame, Frame.TRACED)) {
                    trace.virtioInput(index(), frame);
                }
            }
            long header = Frame.virtioNet(frame);
            // Flags and type are both 0 for nearly every small packet.
            if (Memory.nativeU16(header) != 0 && !VirtioNet.check(header, Frame.length(frame))) {
                Frame.drop(frame, DropReason.VIRTIO_HEADER_INVALID, index());
                next[i] = NodeIndex.ERROR_DROP;
            } else {
                next[i] = NodeIndex.ETHERNET_INPUT;
            }
        }
    }
}
