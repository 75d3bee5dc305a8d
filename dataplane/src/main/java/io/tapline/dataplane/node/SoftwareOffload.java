// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.Frame;
import io.tapline.wire.Checksum;
import io.tapline.wire.VirtioNet;
import org.jspecify.annotations.Nullable;

/**
 * Does in software what an egress device cannot: completes partial checksums and cuts super-frames. One worker thread.
 */
final class SoftwareOffload {
    private final Context context;

    SoftwareOffload(Context context) {
        this.context = context;
    }

    /** Whether the frame asks for something that the device does not do. */
    boolean isNeeded(PacketDevice device, long frame) {
        int capabilities = device.capabilities();
        int segmentation = VirtioNet.segmentation(Frame.virtioNet(frame));
        return (capabilities & PacketDevice.TX_CHECKSUM) == 0
                || (segmentation == VirtioNet.GSO_TCPV4 && (capabilities & PacketDevice.TX_TSO4) == 0)
                || (segmentation == VirtioNet.GSO_UDP_L4 && (capabilities & PacketDevice.TX_USO4) == 0);
    }

    /** Sends the frame as the device can take it; null when all of it was sent. */
    @Nullable
    DropReason send(PacketDevice device, long frame) {
        long virtio = Frame.virtioNet(frame);
        if (VirtioNet.segmentation(virtio) != VirtioNet.GSO_NONE) {
            return DropReason.TX_ERROR;
        }
        int start = VirtioNet.csumStart(virtio);
        if (VirtioNet.needsChecksum(virtio)) {
            Checksum.complete(Frame.ethernet(frame) + start, VirtioNet.csumOffset(virtio), Frame.length(frame) - start);
            VirtioNet.clear(virtio);
        }
        int result = device.transmit(frame);
        if (result != PacketDevice.SENT) {
            return result == PacketDevice.QUEUE_FULL ? DropReason.TX_QUEUE_FULL : DropReason.TX_ERROR;
        }
        context.counters().sent(Frame.txInterface(frame), 1, Frame.length(frame));
        return null;
    }
}
