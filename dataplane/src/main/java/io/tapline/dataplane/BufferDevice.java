// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.wire.Memory;
import io.tapline.wire.VirtioNet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A device without a network: frames are put in and taken out as byte arrays. For replay, explanations and tests.
 *
 * <p>Threading: none of its own; put, run and take on one thread.
 */
public final class BufferDevice implements PacketDevice {
    private static final byte[] NO_OFFLOAD = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0};

    private record Packet(byte[] virtioNet, byte[] frame) {}

    private final int capabilities;
    private final Deque<Packet> toReceive = new ArrayDeque<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final List<byte[]> sentHeaders = new ArrayList<>();

    /** A device whose receiver has every capability. */
    public BufferDevice() {
        this(TX_CHECKSUM | TX_TSO4 | TX_USO4);
    }

    /** A device with these {@code TX_} capabilities. */
    public BufferDevice(int capabilities) {
        this.capabilities = capabilities;
    }

    /** Queues a frame for reception, from Ethernet on, without offloads. */
    public void put(byte[] frame) {
        put(NO_OFFLOAD, frame);
    }

    /** Queues a frame for reception with its virtio-net header of 12 bytes. */
    public void put(byte[] virtioNet, byte[] frame) {
        if (frame.length > FramePool.LARGE_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "a frame of " + frame.length + " bytes exceeds " + FramePool.LARGE_FRAME_BYTES);
        }
        toReceive.add(new Packet(virtioNet.clone(), frame.clone()));
    }

    /** Whether {@link #take} would return anything. */
    public boolean hasSent() {
        return !sent.isEmpty();
    }

    /** The frames sent since the last call, from Ethernet on, in order. */
    public List<byte[]> take() {
        List<byte[]> frames = List.copyOf(sent);
        sent.clear();
        sentHeaders.clear();
        return frames;
    }

    /** The virtio-net headers of the frames that {@link #take} would return. */
    public List<byte[]> sentHeaders() {
        return List.copyOf(sentHeaders);
    }

    @Override
    public int receive(FramePool pool, long[] frames, int from, int max) {
        int count = 0;
        while (count < max && !toReceive.isEmpty()) {
            Packet packet = toReceive.peek();
            long frame = pool.allocate(packet.frame().length);
            if (frame == 0) {
                break;
            }
            toReceive.remove();
            Frame.length(frame, packet.frame().length);
            Memory.copyIn(packet.virtioNet(), 0, Frame.virtioNet(frame), VirtioNet.HEADER_BYTES);
            Memory.copyIn(packet.frame(), 0, Frame.ethernet(frame), packet.frame().length);
            frames[from + count++] = frame;
        }
        return count;
    }

    @Override
    public int transmit(long frame) {
        sentHeaders.add(Memory.bytes(Frame.virtioNet(frame), VirtioNet.HEADER_BYTES));
        sent.add(Memory.bytes(Frame.ethernet(frame), Frame.length(frame)));
        return SENT;
    }

    @Override
    public int capabilities() {
        return capabilities;
    }
}
