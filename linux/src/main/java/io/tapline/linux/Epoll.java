// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits for descriptors to become readable or writable (kernel {@code epoll(7)}). Each is registered with a number of
 * the caller's choice, which comes back with its events:
 *
 * <pre>{@code
 * int count = epoll.await(100);
 * for (int i = 0; i < count; i++) {
 *     serve(ports[(int) epoll.data(i)]);
 * }
 * }</pre>
 *
 * <p>Nothing is allocated by waiting nor by registering. Errors of waiting are not exceptions, but give no events; only
 * use after {@link #close()} throws {@link IllegalStateException}.
 *
 * <p>Threading: one thread waits and looks at the events; any thread registers, meanwhile too. A descriptor that is
 * closed leaves by itself, but the events of a wait that is over may still name it.
 */
public final class Epoll implements AutoCloseable {
    /** There is something to read. */
    public static final int READABLE = 0x001;
    /** There is room to write. */
    public static final int WRITABLE = 0x004;
    /** The device has an error; reported unasked. */
    public static final int ERROR = 0x008;
    /** The other end is gone, for a TAP its device; reported unasked. */
    public static final int HANG_UP = 0x010;
    /** The other end of a stream will send no more. */
    public static final int READ_HANG_UP = 0x2000;
    /** Report once, until changed by {@link #modify}. */
    public static final int ONE_SHOT = 1 << 30;
    /** Report when something new comes, not while there is something: read until {@code EAGAIN}. */
    public static final int EDGE_TRIGGERED = 1 << 31;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int MODIFY = 3;
    private static final String OBJECT = "epoll";

    // struct epoll_event: 32 bits of events, 64 bits of data; packed on x86_64 only.
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
    private static final int DATA_OFFSET = PACKED ? 4 : 8;
    private static final int EVENT_LENGTH = DATA_OFFSET + Long.BYTES;

    private final Fd owner;
    private final int capacity;
    private final MemorySegment state = Libc.newState();
    private final MemorySegment events;
    private final MemorySegment change = Arena.ofAuto().allocate(EVENT_LENGTH, Long.BYTES);

    private Epoll(Fd owner, int capacity) {
        this.owner = owner;
        this.capacity = capacity;
        this.events = Arena.ofAuto().allocate((long) capacity * EVENT_LENGTH, Long.BYTES);
    }

    /**
     * Opens one.
     *
     * @param capacity how many events one wait can give, at least 1; others wait for the next
     */
    public static Epoll open(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, not " + capacity);
        }
        return new Epoll(Fd.of(Libc.epollCreate(EPOLL_CLOEXEC), "epoll_create1", OBJECT), capacity);
    }

    /**
     * Registers a descriptor.
     *
     * @param interest any of the constants of this class, together
     * @param data what {@link #data} is to give for its events
     * @throws LinuxException if it is registered already ({@code EEXIST}) or cannot be waited for ({@code EPERM})
     */
    public void add(int fd, int interest, long data) {
        control(ADD, "EPOLL_CTL_ADD", fd, interest, data);
    }

    /**
     * Changes a registration.
     *
     * @throws LinuxException if the descriptor is not registered ({@code ENOENT})
     */
    public void modify(int fd, int interest, long data) {
        control(MODIFY, "EPOLL_CTL_MOD", fd, interest, data);
    }

    /**
     * Ends a registration.
     *
     * @throws LinuxException if the descriptor is not registered ({@code ENOENT})
     */
    public void remove(int fd) {
        control(REMOVE, "EPOLL_CTL_DEL", fd, 0, 0);
    }

    private synchronized void control(int operation, String name, int fd, int interest, long data) {
        change.set(JAVA_INT, 0, interest);
        change.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, data);
        int result = Libc.epollControl(owner.number(), operation, fd, change);
        if (result < 0) {
            throw new LinuxException("epoll_ctl(" + name + ")", "descriptor " + fd, -result);
        }
    }

    /** The number of events that are there now, without waiting. */
    public int poll() {
        return Math.max(0, Libc.epollPoll(state, owner.number(), events.address(), capacity));
    }

    /**
     * Waits for events and returns their number: 0 after {@code timeoutMillis} (-1 for no limit), and also when a
     * signal interrupts the wait.
     */
    public int await(int timeoutMillis) {
        return Math.max(0, Libc.epollWait(state, owner.number(), events.address(), capacity, timeoutMillis));
    }

    /** What event {@code i} of the last wait says: {@link #READABLE}, {@link #ERROR} and so on, together. */
    public int events(int i) {
        return events.get(JAVA_INT, (long) i * EVENT_LENGTH);
    }

    /** What the descriptor of event {@code i} of the last wait was registered with. */
    public long data(int i) {
        return events.get(JAVA_LONG_UNALIGNED, (long) i * EVENT_LENGTH + DATA_OFFSET);
    }

    /** Closes it, not the registered descriptors. A thread that waits is not woken: do that first. */
    @Override
    public void close() {
        owner.close();
    }
}
