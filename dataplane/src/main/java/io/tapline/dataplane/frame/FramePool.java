// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.frame;

import io.tapline.wire.Memory;
import io.tapline.wire.Region;
import io.tapline.wire.VirtioNet;

/**
 * All packet memory of one worker: many small slots for frames up to an Ethernet MTU, and few large ones for 64 KiB
 * super-frames, so that neither wastes the other's memory.
 *
 * <p>Slots are handed out last-freed first, which keeps the working set in the cache and leaves slots that were never
 * needed unmapped. The stride between small slots is an odd number of cache lines: a power of two would map the headers
 * of a whole vector to a few sets of the L1 cache.
 *
 * <p>Threading: owned by one worker thread.
 */
public final class FramePool implements AutoCloseable {
    /** Bytes per small slot. */
    public static final int SMALL_SLOT_BYTES = 33 * Region.ALIGNMENT_BYTES;
    /** Bytes per large slot. */
    public static final int LARGE_SLOT_BYTES = 68 * 1024 + Region.ALIGNMENT_BYTES;
    /** Largest frame of a small slot, in bytes from Ethernet. */
    public static final int SMALL_FRAME_BYTES = SMALL_SLOT_BYTES - Frame.DATA_OFFSET;
    /** Largest frame of a large slot, in bytes from Ethernet. */
    public static final int LARGE_FRAME_BYTES = LARGE_SLOT_BYTES - Frame.DATA_OFFSET;

    private final Slots small;
    private final Slots large;

    /**
     * Reserves address space; memory is mapped when first used.
     *
     * @param smallFrames number of small slots, at least 1
     * @param largeFrames number of large slots, at least 1
     */
    public FramePool(int smallFrames, int largeFrames) {
        small = new Slots("small frames", smallFrames, SMALL_SLOT_BYTES, 0);
        large = new Slots("super-frames", largeFrames, LARGE_SLOT_BYTES, Frame.LARGE_SLOT);
    }

    /** A small frame without data, or 0 when there is none left. */
    public long allocate() {
        return small.take();
    }

    /** A large frame without data, or 0 when there is none left. */
    public long allocateLarge() {
        return large.take();
    }

    /** A frame with room for {@code bytes} from Ethernet, or 0 when there is none or no slot is that large. */
    public long allocate(int bytes) {
        if (bytes <= SMALL_FRAME_BYTES) {
            return small.take();
        }
        return bytes <= LARGE_FRAME_BYTES ? large.take() : 0;
    }

    /** Gives a frame back. */
    public void free(long frame) {
        if (Frame.has(frame, Frame.LARGE_SLOT)) {
            large.give(frame);
        } else {
            small.give(frame);
        }
    }

    /** Gives {@code count} frames back. */
    public void free(long[] frames, int count) {
        for (int i = 0; i < count; i++) {
            free(frames[i]);
        }
    }

    /** Frames in use, of both sizes. */
    public int inUse() {
        return small.inUse() + large.inUse();
    }

    /** Small frames left. */
    public int available() {
        return small.available();
    }

    @Override
    public void close() {
        small.region.close();
        large.region.close();
    }

    /** The slots of one size and the stack of free ones. */
    private static final class Slots {
        private final Region region;
        private final int slotBytes;
        private final int slotFlags;
        private final long[] free;
        private final boolean[] taken;
        private int freeCount;

        Slots(String name, int count, int slotBytes, int slotFlags) {
            if (count < 1) {
                throw new IllegalArgumentException(name + ": the pool needs at least one slot, not " + count);
            }
            this.slotBytes = slotBytes;
            this.slotFlags = slotFlags;
            this.region = Region.allocate(name, (long) count * slotBytes, this::allows);
            this.free = new long[count];
            this.taken = new boolean[Memory.checked() ? count : 0];
            for (int i = 0; i < count; i++) {
                free[i] = region.address() + (long) (count - 1 - i) * slotBytes;
            }
            this.freeCount = count;
        }

        long take() {
            if (freeCount == 0) {
                return 0;
            }
            long frame = free[--freeCount];
            if (Memory.checked()) {
                taken[index(frame)] = true;
            }
            Frame.reset(frame, slotFlags);
            return frame;
        }

        void give(long frame) {
            if (Memory.checked()) {
                int index = index(frame);
                if (!taken[index]) {
                    throw new IllegalStateException("frame " + index + " of " + region + " was freed twice");
                }
                taken[index] = false;
            }
            free[freeCount++] = frame;
        }

        int inUse() {
            return free.length - freeCount;
        }

        int available() {
            return freeCount;
        }

        private int index(long frame) {
            return (int) ((frame - region.address()) / slotBytes);
        }

        /** Checked mode: metadata always, and of the rest just the virtio-net header and the frame's present bytes. */
        private boolean allows(long offset, int length) {
            int within = (int) (offset % slotBytes);
            if (within + length <= Frame.METADATA_BYTES) {
                return true;
            }
            long frame = region.address() + offset - within;
            int start = Frame.dataOffset(frame) - VirtioNet.HEADER_BYTES;
            int end = Frame.dataOffset(frame) + Frame.length(frame);
            return start >= Frame.METADATA_BYTES && end <= slotBytes && within >= start && within + length <= end;
        }
    }
}
