// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.trace.TraceRecorder;
import io.tapline.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * {@code NAME-output} and {@code NAME-tx}: gives frames to the device of their egress interface. What the receiver
 * cannot do itself - complete checksums, cut super-frames - is done here.
 */
public final class InterfaceOutput extends Node {
    private final Context context;
    private final SoftwareOffload offload;

    /** The node of one worker. */
    public InterfaceOutput(Context context) {
        super(NodeIndex.INTERFACE_OUTPUT);
        this.context = context;
        this.offload = new SoftwareOffload(context);
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            if (Frame.has(frame, Frame.TRACED)) {
                context.trace().output(index(), frame);
            }
            DropReason fault = send(frame);
            if (fault == null) {
                finish(frame);
                next[i] = NodeIndex.CONSUMED;
            } else {
                Frame.drop(frame, fault, index());
                next[i] = NodeIndex.ERROR_DROP;
            }
        }
    }

    /** Null when the frame was sent. */
    private @Nullable DropReason send(long frame) {
        int egress = Frame.txInterface(frame);
        PacketDevice device = context.device(egress);
        if (device == null) {
            return DropReason.INTERFACE_DOWN;
        }
        // Flags and super-frame type are both 0 for nearly every small packet.
        if (Memory.nativeU16(Frame.virtioNet(frame)) != 0 && offload.isNeeded(device, frame)) {
            return offload.send(device, frame);
        }
        int result = device.transmit(frame);
        if (result != PacketDevice.SENT) {
            return result == PacketDevice.QUEUE_FULL ? DropReason.TX_QUEUE_FULL : DropReason.TX_ERROR;
        }
        context.counters().sent(egress, 1, Frame.length(frame));
        return null;
    }

    private void finish(long frame) {
        if (Frame.has(frame, Frame.TRACED)) {
            context.trace().finish(frame, TraceRecorder.SENT);
        }
        context.pool().free(frame);
    }
}
