// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Stream;

/**
 * The C library functions that Tapline calls. Each returns the function's result, or the errno negated: the kernel's
 * own convention, which needs no allocation and cannot be overlooked by a caller that has to have a result anyway.
 *
 * <p>Calls that take a {@code state} are for the data path. They must never block, because they are linked as critical:
 * the thread stays in the Java state, which saves the transition but holds off safepoints while the call lasts. The
 * state receives the errno and belongs to one thread at a time; {@link #newState()} makes one. Other calls may block
 * and use a state of the thread's own.
 *
 * <p>Threading: any thread.
 */
@SuppressWarnings("restricted") // linking C functions is what this class is for
final class Libc {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE_LAYOUT.byteOffset(PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final Linker.Option CRITICAL = Linker.Option.critical(false);
    private static final Linker.Option VARIADIC_FROM_2 = Linker.Option.firstVariadicArg(2);
    private static final ThreadLocal<MemorySegment> STATE = ThreadLocal.withInitial(Libc::newState);

    private static final FunctionDescriptor INT_OF_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor INT_OF_INTS = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor INT_OF_3_INTS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final FunctionDescriptor RAW_TRANSFER =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor VECTOR_TRANSFER =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor CPU_MASK = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final FunctionDescriptor AWAIT_EVENTS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);

    private static final MethodHandle READ = link("read", RAW_TRANSFER, CRITICAL);
    private static final MethodHandle WRITE = link("write", RAW_TRANSFER, CRITICAL);
    private static final MethodHandle READV = link("readv", VECTOR_TRANSFER, CRITICAL);
    private static final MethodHandle WRITEV = link("writev", VECTOR_TRANSFER, CRITICAL);
    private static final MethodHandle EPOLL_POLL = link("epoll_wait", AWAIT_EVENTS, CRITICAL);
    private static final MethodHandle EPOLL_WAIT = link("epoll_wait", AWAIT_EVENTS);

    private static final MethodHandle OPEN =
            link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), VARIADIC_FROM_2);
    private static final MethodHandle CLOSE = link("close", INT_OF_INT);
    private static final MethodHandle UNLINK = link("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle IOCTL =
            link("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), VARIADIC_FROM_2);
    private static final MethodHandle READ_BLOCKING = link("read", TRANSFER);
    private static final MethodHandle WRITE_BLOCKING = link("write", TRANSFER);
    private static final MethodHandle SOCKET = link("socket", INT_OF_3_INTS);
    private static final MethodHandle SETSOCKOPT =
            link("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            link("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle BIND = link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDTO =
            link("sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECVFROM = link(
            "recvfrom", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETNS = link("setns", INT_OF_INTS);
    private static final MethodHandle UNSHARE = link("unshare", INT_OF_INT);
    private static final MethodHandle MOUNT =
            link("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT = link("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle EPOLL_CREATE = link("epoll_create1", INT_OF_INT);
    private static final MethodHandle EPOLL_CONTROL =
            link("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle EVENT_FD = link("eventfd", INT_OF_INTS);
    private static final MethodHandle SCHED_SET_AFFINITY = link("sched_setaffinity", CPU_MASK);
    private static final MethodHandle SCHED_GET_AFFINITY = link("sched_getaffinity", CPU_MASK);

    private Libc() {}

    /** Room for the errno of one call, freed by the garbage collector. */
    static MemorySegment newState() {
        return Arena.ofAuto().allocate(STATE_LAYOUT);
    }

    /** Data path: reads from a non-blocking descriptor to {@code address}. */
    static int read(MemorySegment state, int fd, long address, long length) {
        try {
            return orErrno((long) READ.invokeExact(state, fd, address, length), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Data path: writes to a non-blocking descriptor from {@code address}. */
    static int write(MemorySegment state, int fd, long address, long length) {
        try {
            return orErrno((long) WRITE.invokeExact(state, fd, address, length), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Data path: reads from a non-blocking descriptor to the {@code count} iovecs at {@code vectors}. */
    static int readv(MemorySegment state, int fd, long vectors, int count) {
        try {
            return orErrno((long) READV.invokeExact(state, fd, vectors, count), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Data path: writes to a non-blocking descriptor from the {@code count} iovecs at {@code vectors}. */
    static int writev(MemorySegment state, int fd, long vectors, int count) {
        try {
            return orErrno((long) WRITEV.invokeExact(state, fd, vectors, count), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Data path: writes the 8 bytes at {@code value} to a non-blocking eventfd, with the thread's own state. */
    static int signal(int fd, long value) {
        return write(STATE.get(), fd, value, Long.BYTES);
    }

    /** Data path: epoll_wait with a timeout of 0. */
    static int epollPoll(MemorySegment state, int epoll, long events, int capacity) {
        try {
            return orErrno((int) EPOLL_POLL.invokeExact(state, epoll, events, capacity, 0), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Data path, the one that may block and so is not critical: epoll_wait; a timeout of -1 is forever. */
    static int epollWait(MemorySegment state, int epoll, long events, int capacity, int timeoutMillis) {
        try {
            return orErrno((int) EPOLL_WAIT.invokeExact(state, epoll, events, capacity, timeoutMillis), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Opens a file; {@code mode} counts only with {@link #O_CREAT}. */
    static int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = STATE.get();
            return orErrno((int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, mode), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int close(int fd) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) CLOSE.invokeExact(state, fd), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int unlink(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = STATE.get();
            return orErrno((int) UNLINK.invokeExact(state, arena.allocateFrom(path)), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** {@code argument} is a value or the address of a structure, as the request has it. */
    static int ioctl(int fd, long request, long argument) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) IOCTL.invokeExact(state, fd, request, argument), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Reads, waiting if the descriptor blocks. */
    static int readBlocking(int fd, MemorySegment buffer, long length) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((long) READ_BLOCKING.invokeExact(state, fd, buffer, length), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Writes, waiting if the descriptor blocks. */
    static int writeBlocking(int fd, MemorySegment buffer, long length) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((long) WRITE_BLOCKING.invokeExact(state, fd, buffer, length), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int socket(int domain, int type, int protocol) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) SOCKET.invokeExact(state, domain, type, protocol), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int setsockopt(int fd, int level, int option, MemorySegment value, int length) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) SETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** {@code length} points to an int: the room on entry, the length on return. */
    static int getsockopt(int fd, int level, int option, MemorySegment value, MemorySegment length) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int bind(int fd, MemorySegment address, int length) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) BIND.invokeExact(state, fd, address, length), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int sendto(int fd, MemorySegment buffer, long length, int flags, MemorySegment address, int addressLength) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((long) SENDTO.invokeExact(state, fd, buffer, length, flags, address, addressLength), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** {@code addressLength} points to an int: the room on entry, the length on return. */
    static int recvfrom(
            int fd, MemorySegment buffer, long length, int flags, MemorySegment address, MemorySegment addressLength) {
        MemorySegment state = STATE.get();
        try {
            return orErrno(
                    (long) RECVFROM.invokeExact(state, fd, buffer, length, flags, address, addressLength), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Moves the calling thread to another namespace. */
    static int setns(int fd, int type) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) SETNS.invokeExact(state, fd, type), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Moves the calling thread to a new namespace. */
    static int unshare(int flags) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) UNSHARE.invokeExact(state, flags), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int mount(String source, String target, String type, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = STATE.get();
            return orErrno(
                    (int) MOUNT.invokeExact(
                            state,
                            arena.allocateFrom(source),
                            arena.allocateFrom(target),
                            arena.allocateFrom(type),
                            flags,
                            MemorySegment.NULL),
                    state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int umount(String target, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = STATE.get();
            return orErrno((int) UMOUNT.invokeExact(state, arena.allocateFrom(target), flags), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epollCreate(int flags) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) EPOLL_CREATE.invokeExact(state, flags), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epollControl(int epoll, int operation, int fd, MemorySegment event) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) EPOLL_CONTROL.invokeExact(state, epoll, operation, fd, event), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int eventFd(int initial, int flags) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) EVENT_FD.invokeExact(state, initial, flags), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Thread 0 is the calling thread. */
    static int schedSetAffinity(int thread, long length, MemorySegment mask) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) SCHED_SET_AFFINITY.invokeExact(state, thread, length, mask), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Thread 0 is the calling thread. */
    static int schedGetAffinity(int thread, long length, MemorySegment mask) {
        MemorySegment state = STATE.get();
        try {
            return orErrno((int) SCHED_GET_AFFINITY.invokeExact(state, thread, length, mask), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static int orErrno(int result, MemorySegment state) {
        return result >= 0 ? result : -state.get(JAVA_INT, ERRNO_OFFSET);
    }

    /** Lengths fit an int: no buffer of ours is longer. */
    private static int orErrno(long result, MemorySegment state) {
        return orErrno((int) result, state);
    }

    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment function = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name));
        Linker.Option[] all =
                Stream.concat(Stream.of(CAPTURE), Stream.of(options)).toArray(Linker.Option[]::new);
        return LINKER.downcallHandle(function, type, all);
    }

    /** The types are checked when the class is compiled, so only a defect of the JVM or of this class leads here. */
    private static AssertionError unexpected(Throwable t) {
        return new AssertionError("a C function could not be called", t);
    }
}
