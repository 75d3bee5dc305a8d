// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A bell (kernel {@code eventfd(2)}): any thread rings it, and an {@link Epoll} with which it is registered wakes up.
 *
 * <p>Threading: any thread signals; one thread drains. Neither allocates nor waits.
 */
public final class EventFd implements AutoCloseable {
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final MemorySegment ONE = Arena.global().allocateFrom(ValueLayout.JAVA_LONG, 1);

    private final Fd owner;
    private final MemorySegment state = Libc.newState();
    private final MemorySegment count = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

    private EventFd(Fd owner) {
        this.owner = owner;
    }

    /** Opens one that has not been signalled. */
    public static EventFd open() {
        return new EventFd(Fd.of(Libc.eventFd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd", "eventfd"));
    }

    /** The descriptor, owned by this object: readable while there are signals not drained. */
    public int fd() {
        return owner.number();
    }

    /** Makes the descriptor readable. */
    public void signal() {
        // Fails only when 2^64 - 2 signals are pending, and then the descriptor is readable already.
        Libc.signal(owner.number(), ONE.address());
    }

    /** Takes all signals and returns their number, 0 if there are none. */
    public long drain() {
        int length = Libc.read(state, owner.number(), count.address(), Long.BYTES);
        return length == Long.BYTES ? count.get(ValueLayout.JAVA_LONG, 0) : 0;
    }

    /** Closes it; an {@link Epoll} forgets it. */
    @Override
    public void close() {
        owner.close();
    }
}
