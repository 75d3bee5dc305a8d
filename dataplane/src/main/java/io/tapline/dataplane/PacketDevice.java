// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.frame.FramePool;

/**
 * Where an interface's frames come from and go to.
 *
 * <p>A frame is handed over with its virtio-net header before Ethernet
 * ({@link io.tapline.dataplane.frame.Frame#virtioNet}) and its length set. Frames longer than a small slot come in
 * large ones.
 *
 * <p>Threading: called by the one worker thread that the device is attached to. Neither method blocks or throws.
 */
public interface PacketDevice {
    /** Capability: the receiver completes partial checksums. */
    int TX_CHECKSUM = 1;
    /** Capability: the receiver takes TCP super-frames over IPv4. */
    int TX_TSO4 = 1 << 1;
    /** Capability: the receiver takes UDP super-frames over IPv4. */
    int TX_USO4 = 1 << 2;

    /**
     * Receives what is there, without waiting.
     *
     * @param frames to be filled from {@code from} on with frames of {@code pool}, lengths and virtio-net headers set
     * @param max most frames to receive
     * @return how many were received
     */
    int receive(FramePool pool, long[] frames, int from, int max);

    /**
     * Sends one frame; it stays the caller's, who may overwrite it at once.
     *
     * @return {@link #SENT}, {@link #QUEUE_FULL} or {@link #FAILED}
     */
    int transmit(long frame);

    /** The frame was sent. */
    int SENT = 0;
    /** The queue towards the receiver is full. */
    int QUEUE_FULL = 1;
    /** The frame was refused. */
    int FAILED = 2;

    /** What the receiver does for us: the {@code TX_} capabilities. Constant. */
    int capabilities();
}
