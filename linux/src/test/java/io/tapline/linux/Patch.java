// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/** A patch cable between two frame devices: a thread that copies frames both ways, and notes what passes. */
final class Patch implements AutoCloseable {
    private static final int SLOT = 2048;
    private static final int NEEDS_CHECKSUM = 1;
    private static final int BELL = 2;

    private final FrameDevice[] ends;
    private final Epoll epoll = Epoll.open(4);
    private final EventFd bell = EventFd.open();
    private final Thread thread;
    private volatile int longest;
    private final AtomicInteger lost = new AtomicInteger();
    private volatile boolean unfinishedChecksum;
    private volatile int segmentationTypes;

    private Patch(FrameDevice first, FrameDevice second) {
        ends = new FrameDevice[] {first, second};
        thread = Thread.ofPlatform().name("patch").unstarted(this::copyUntilBell);
    }

    static Patch between(FrameDevice first, FrameDevice second) {
        Patch patch = new Patch(first, second);
        patch.epoll.add(first.fd(), Epoll.READABLE, 0);
        patch.epoll.add(second.fd(), Epoll.READABLE, 1);
        patch.epoll.add(patch.bell.fd(), Epoll.READABLE, BELL);
        patch.thread.start();
        return patch;
    }

    /** The length of the longest frame, vnet header included. */
    int longest() {
        return longest;
    }

    /** How many frames could not be written. */
    int lost() {
        return lost.get();
    }

    /** Whether a frame came without its checksum. */
    boolean sawUnfinishedChecksum() {
        return unfinishedChecksum;
    }

    /** Whether a super-frame of this type came (virtio: 1 TCPv4, 4 TCPv6, 5 UDP). */
    boolean sawSegmentationType(int type) {
        return (segmentationTypes & 1 << type) != 0;
    }

    private void copyUntilBell() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(SLOT + Tap.MAX_FRAME_LENGTH, 64);
            while (true) {
                int count = epoll.await(-1);
                for (int i = 0; i < count; i++) {
                    if (epoll.data(i) == BELL) {
                        return;
                    }
                    int from = (int) epoll.data(i);
                    copy(ends[from], ends[1 - from], buffer);
                }
            }
        }
    }

    private void copy(FrameDevice from, FrameDevice to, MemorySegment buffer) {
        long overflow = buffer.address() + SLOT;
        int length = from.readv(buffer.address(), SLOT, overflow, Tap.MAX_FRAME_LENGTH);
        while (length > 0) {
            note(buffer, length);
            if (to.write(buffer.address(), length) != length) {
                lost.incrementAndGet();
            }
            length = from.readv(buffer.address(), SLOT, overflow, Tap.MAX_FRAME_LENGTH);
        }
    }

    private void note(MemorySegment frame, int length) {
        longest = Math.max(longest, length);
        unfinishedChecksum |= (frame.get(ValueLayout.JAVA_BYTE, 0) & NEEDS_CHECKSUM) != 0;
        segmentationTypes |= 1 << (frame.get(ValueLayout.JAVA_BYTE, 1) & 0x7f);
    }

    @Override
    public void close() {
        bell.signal();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        epoll.close();
        bell.close();
    }
}
