// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.Frame;
import io.tapline.wire.Checksum;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.Udp;
import io.tapline.wire.VirtioNet;
import org.jspecify.annotations.Nullable;

/**
 * Does in software what an egress device cannot: completes partial checksums, and cuts TCP and UDP super-frames over
 * IPv4 into what they stand for (as Linux does in {@code tcp_gso_segment} and {@code __udp_gso_segment}).
 *
 * <p>A super-frame is cut where it lies. A device has taken its copy of a segment when it returns, so the headers of
 * the next one may be written over the end of that segment's payload, just before their own. No payload is copied, no
 * frame is needed, and there is none to run out of.
 *
 * <p>The segments count as made by the switch, but for one, which takes the place of the super-frame. When the device
 * refuses a segment, what is left is dropped as one frame.
 *
 * <p>Threading: one worker thread.
 */
final class SoftwareOffload {
    /**
     * Most segments that a super-frame is cut into: 64 KiB in segments of 64 bytes. More would let a pod keep the
     * worker busy with one frame.
     */
    static final int MAX_SEGMENTS = 1024;

    private static final int L4_OFFSET = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;
    private static final int FIRST_ONLY = Tcp.CWR;
    private static final int LAST_ONLY = Tcp.FIN | Tcp.PSH;

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
            return sendSegments(device, frame);
        }
        if (VirtioNet.needsChecksum(virtio)) {
            int start = VirtioNet.csumStart(virtio);
            Checksum.complete(Frame.ethernet(frame) + start, VirtioNet.csumOffset(virtio), Frame.length(frame) - start);
            VirtioNet.clear(virtio);
        }
        return transmit(device, frame);
    }

    private @Nullable DropReason sendSegments(PacketDevice device, long frame) {
        long virtio = Frame.virtioNet(frame);
        boolean tcp = VirtioNet.segmentation(virtio) == VirtioNet.GSO_TCPV4;
        int segmentBytes = VirtioNet.gsoSize(virtio);
        int headerBytes = L4_OFFSET + (tcp ? Tcp.headerBytes(Frame.ethernet(frame) + L4_OFFSET) : Udp.HEADER_BYTES);
        int left = Frame.length(frame) - headerBytes;
        if (left > (long) segmentBytes * MAX_SEGMENTS) {
            return DropReason.TX_TOO_MANY_SEGMENTS;
        }
        writeVirtioNet(device, virtio, tcp);
        int flags = tcp ? Tcp.flags(Frame.ethernet(frame) + L4_OFFSET) : 0;
        int first = FIRST_ONLY;
        while (left > segmentBytes) {
            writeHeaders(frame, tcp, segmentBytes, flags & ~LAST_ONLY & (~FIRST_ONLY | first));
            DropReason fault = transmit(device, frame, headerBytes + segmentBytes);
            if (fault != null) {
                return fault;
            }
            context.counters().originated(1);
            advance(frame, headerBytes, segmentBytes);
            left -= segmentBytes;
            first = 0;
        }
        writeHeaders(frame, tcp, left, flags & (~FIRST_ONLY | first));
        return transmit(device, frame);
    }

    /** All segments have the same virtio-net header. */
    private static void writeVirtioNet(PacketDevice device, long virtio, boolean tcp) {
        if ((device.capabilities() & PacketDevice.TX_CHECKSUM) == 0) {
            VirtioNet.clear(virtio);
        } else {
            int offset = tcp ? Tcp.CHECKSUM_OFFSET : Udp.CHECKSUM_OFFSET;
            VirtioNet.write(virtio, VirtioNet.NEEDS_CSUM, VirtioNet.GSO_NONE, 0, 0, L4_OFFSET, offset);
        }
    }

    /** Fits the headers at the frame's start to a segment of {@code payloadBytes}. */
    private static void writeHeaders(long frame, boolean tcp, int payloadBytes, int tcpFlags) {
        long ip = Frame.ip(frame);
        long l4 = ip + Ipv4.HEADER_BYTES;
        int protocol = tcp ? Ipv4.PROTOCOL_TCP : Ipv4.PROTOCOL_UDP;
        int l4Bytes = payloadBytes + (tcp ? Tcp.headerBytes(l4) : Udp.HEADER_BYTES);
        Ipv4.totalLength(ip, Ipv4.HEADER_BYTES + l4Bytes);
        Ipv4.updateChecksum(ip);
        if (tcp) {
            Tcp.flags(l4, tcpFlags);
        } else {
            Udp.length(l4, l4Bytes);
        }
        int offset = tcp ? Tcp.CHECKSUM_OFFSET : Udp.CHECKSUM_OFFSET;
        int pseudoHeader = Checksum.pseudoHeader(Ipv4.source(ip), Ipv4.destination(ip), protocol, l4Bytes);
        Memory.putU16(l4 + offset, Checksum.fold(pseudoHeader));
        if (!VirtioNet.needsChecksum(Frame.virtioNet(frame))) {
            Checksum.complete(l4, offset, l4Bytes);
        }
    }

    /** Makes the rest of a super-frame, behind the segment that was sent, a super-frame of its own. */
    private static void advance(long frame, int headerBytes, int payloadBytes) {
        long virtio = Frame.virtioNet(frame);
        Memory.copy(virtio, virtio + payloadBytes, VirtioNet.HEADER_BYTES + headerBytes);
        Frame.prepend(frame, -payloadBytes);
        long ip = Frame.ip(frame);
        Ipv4.id(ip, Ipv4.id(ip) + 1);
        if (Ipv4.protocol(ip) == Ipv4.PROTOCOL_TCP) {
            long tcp = ip + Ipv4.HEADER_BYTES;
            Tcp.sequence(tcp, Tcp.sequence(tcp) + payloadBytes);
        }
    }

    /** Sends the first {@code bytes} bytes of a frame. */
    private @Nullable DropReason transmit(PacketDevice device, long frame, int bytes) {
        int whole = Frame.length(frame);
        Frame.length(frame, bytes);
        DropReason fault = transmit(device, frame);
        Frame.length(frame, whole);
        return fault;
    }

    private @Nullable DropReason transmit(PacketDevice device, long frame) {
        int result = device.transmit(frame);
        if (result != PacketDevice.SENT) {
            return result == PacketDevice.QUEUE_FULL ? DropReason.TX_QUEUE_FULL : DropReason.TX_ERROR;
        }
        context.counters().sent(Frame.txInterface(frame), 1, Frame.length(frame));
        return null;
    }
}
