// SPDX-License-Identifier: Apache-2.0
package io.tapline.vswitch;

import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.linux.Errno;
import io.tapline.linux.FrameDevice;
import io.tapline.linux.TapOffload;
import io.tapline.wire.Memory;
import io.tapline.wire.VirtioNet;
import java.util.Set;

/**
 * A TAP, or a packet socket on a network card, as a device of the switch.
 *
 * <p>Nobody knows how long the next frame is, so each read offers a small slot and, behind it, the rest of a large one.
 * A small frame is then where it belongs; of a super-frame the first two kilobytes are copied to the front of the large
 * slot.
 *
 * <p>A read that finds nothing costs a system call too. So the number of reads per round follows what the last round
 * found: one at first, twice as many each time that all of them found something.
 *
 * <p>Threading: the worker thread; {@link #releaseTo} is its last call.
 */
final class KernelDevice implements PacketDevice {
    private static final int SMALL_READ_BYTES = VirtioNet.HEADER_BYTES + FramePool.SMALL_FRAME_BYTES;
    private static final int LARGE_REST_BYTES = FramePool.LARGE_FRAME_BYTES - FramePool.SMALL_FRAME_BYTES;

    private final FrameDevice device;
    private final int capabilities;
    private long smallFrame;
    private long largeFrame;
    private int readsPerRound = 1;

    KernelDevice(FrameDevice device) {
        this.device = device;
        this.capabilities = capabilitiesOf(device.offloads());
    }

    @Override
    public int receive(FramePool pool, long[] frames, int from, int max) {
        int limit = Math.min(max, readsPerRound);
        int count = 0;
        while (count < limit && hasRoom(pool)) {
            long small = Frame.ethernetOfEmpty(smallFrame) - VirtioNet.HEADER_BYTES;
            long rest = Frame.ethernetOfEmpty(largeFrame) + FramePool.SMALL_FRAME_BYTES;
            int read = device.readv(small, SMALL_READ_BYTES, rest, LARGE_REST_BYTES);
            if (read <= VirtioNet.HEADER_BYTES) {
                break;
            }
            // The kernel knows the header's first ten bytes alone: the rest is what the slot held before.
            VirtioNet.oneBuffer(small);
            frames[from + count++] = take(read - VirtioNet.HEADER_BYTES);
        }
        readsPerRound = count < limit ? Math.max(1, count) : Math.min(2 * limit, frames.length);
        return count;
    }

    private boolean hasRoom(FramePool pool) {
        if (smallFrame == 0) {
            smallFrame = pool.allocate();
        }
        if (largeFrame == 0) {
            largeFrame = pool.allocateLarge();
        }
        return smallFrame != 0 && largeFrame != 0;
    }

    private long take(int length) {
        long frame = smallFrame;
        if (length <= FramePool.SMALL_FRAME_BYTES) {
            Frame.length(frame, length);
            smallFrame = 0;
            return frame;
        }
        long large = largeFrame;
        Frame.length(frame, FramePool.SMALL_FRAME_BYTES);
        Frame.length(large, length);
        Memory.copy(Frame.virtioNet(frame), Frame.virtioNet(large), SMALL_READ_BYTES);
        Frame.length(frame, 0);
        largeFrame = 0;
        return large;
    }

    @Override
    public int transmit(long frame) {
        int bytes = Frame.length(frame) + VirtioNet.HEADER_BYTES;
        int written = device.write(Frame.virtioNet(frame), bytes);
        if (written == bytes) {
            return SENT;
        }
        return written == -Errno.EAGAIN || written == -Errno.ENOBUFS ? QUEUE_FULL : FAILED;
    }

    /**
     * What the device itself offers. The kernel would take every offload from any TAP, but who opens one without wants
     * to see packets as they are on a wire: whole checksums, and none longer than the MTU.
     */
    @Override
    public int capabilities() {
        return capabilities;
    }

    private static int capabilitiesOf(Set<TapOffload> offloads) {
        return (offloads.contains(TapOffload.CHECKSUM) ? TX_CHECKSUM : 0)
                | (offloads.contains(TapOffload.TSO4) ? TX_TSO4 : 0)
                | (offloads.contains(TapOffload.USO4) ? TX_USO4 : 0);
    }

    /** Gives back the slots that wait for the next frames. */
    void releaseTo(FramePool pool) {
        if (smallFrame != 0) {
            pool.free(smallFrame);
        }
        if (largeFrame != 0) {
            pool.free(largeFrame);
        }
        smallFrame = 0;
        largeFrame = 0;
    }
}
