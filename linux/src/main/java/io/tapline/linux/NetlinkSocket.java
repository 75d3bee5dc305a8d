// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A route netlink socket (kernel {@code netlink(7)}): sends bytes, splits what comes back into messages. The kernel
 * handles a request within the send, so an answer is there when that returns; the receive timeout is for defects only.
 *
 * <p>Threading: one thread at a time.
 */
final class NetlinkSocket implements AutoCloseable {
    /** Room for one send. */
    static final int SEND_CAPACITY = 64 * 1024;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_RCVBUF = 8;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int MSG_TRUNC = 0x20;
    private static final int ADDRESS_LENGTH = 12;
    private static final int ADDRESS_PORT = 4;
    private static final int HEADER_LENGTH = 16;
    private static final int RECEIVE_CAPACITY = 64 * 1024;
    private static final int KERNEL_QUEUE_BYTES = 1024 * 1024;
    private static final long TIMEOUT_SECONDS = 5;

    private final Fd fd;
    private final String object;
    private final MemorySegment sendSegment = Arena.ofAuto().allocate(SEND_CAPACITY);
    private final MemorySegment receiveSegment = Arena.ofAuto().allocate(RECEIVE_CAPACITY);
    private final MemorySegment kernel = Arena.ofAuto().allocate(ADDRESS_LENGTH, Integer.BYTES);
    private final MemorySegment sender = Arena.ofAuto().allocate(ADDRESS_LENGTH, Integer.BYTES);
    private final MemorySegment senderLength = Arena.ofAuto().allocate(JAVA_INT);
    private boolean complete = true;

    /** What to do with a message of the kernel. */
    @FunctionalInterface
    interface Receiver {
        /** Takes the message whose payload is {@code payload}; returns whether it was the last one awaited. */
        boolean receive(int type, int flags, int sequence, ByteBuffer payload);
    }

    private NetlinkSocket(Fd fd, String object) {
        this.fd = fd;
        this.object = object;
        kernel.set(JAVA_SHORT, 0, (short) AF_NETLINK);
    }

    /** Opens one in the namespace of the calling thread; {@code object} names it in messages. */
    static NetlinkSocket open(String object) {
        Fd fd = Fd.of(Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "socket", object);
        NetlinkSocket socket = new NetlinkSocket(fd, object);
        try {
            socket.configure();
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
        return socket;
    }

    private void configure() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeout = arena.allocateFrom(JAVA_LONG, TIMEOUT_SECONDS, 0);
            check("setsockopt(SO_RCVTIMEO)", Libc.setsockopt(fd.number(), SOL_SOCKET, SO_RCVTIMEO, timeout, 16));
            check("setsockopt(NETLINK_EXT_ACK)", setOption(arena, SOL_NETLINK, NETLINK_EXT_ACK, 1));
            check("setsockopt(NETLINK_CAP_ACK)", setOption(arena, SOL_NETLINK, NETLINK_CAP_ACK, 1));
            if (setOption(arena, SOL_SOCKET, SO_RCVBUFFORCE, KERNEL_QUEUE_BYTES) < 0) {
                check("setsockopt(SO_RCVBUF)", setOption(arena, SOL_SOCKET, SO_RCVBUF, KERNEL_QUEUE_BYTES));
            }
            check("bind", Libc.bind(fd.number(), kernel, ADDRESS_LENGTH));
        }
    }

    private int setOption(Arena arena, int level, int option, int value) {
        return Libc.setsockopt(fd.number(), level, option, arena.allocateFrom(JAVA_INT, value), Integer.BYTES);
    }

    /** The buffer for the next {@link #send}, empty, in native order. */
    ByteBuffer sendBuffer() {
        return sendSegment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** Sends what was written to {@code buffer}, which came from {@link #sendBuffer()}. */
    void send(ByteBuffer buffer) {
        int length = buffer.position();
        check("sendto", Libc.sendto(fd.number(), sendSegment, length, 0, kernel, ADDRESS_LENGTH));
    }

    /**
     * Hands messages to {@code receiver} until it has what it waits for. Returns whether the kernel dropped none.
     *
     * @throws LinuxException if it waits in vain ({@code ETIMEDOUT}, or {@code ENOBUFS} if the kernel dropped some)
     */
    boolean receive(Receiver receiver) {
        complete = true;
        boolean done = false;
        while (!done) {
            ByteBuffer datagram = receiveDatagram();
            int position = 0;
            while (datagram.limit() - position >= HEADER_LENGTH) {
                int length = datagram.getInt(position);
                if (length < HEADER_LENGTH || length > datagram.limit() - position) {
                    break;
                }
                ByteBuffer payload =
                        NetlinkAttributes.slice(datagram, position + HEADER_LENGTH, length - HEADER_LENGTH);
                int type = Short.toUnsignedInt(datagram.getShort(position + 4));
                int flags = Short.toUnsignedInt(datagram.getShort(position + 6));
                done |= receiver.receive(type, flags, datagram.getInt(position + 8), payload);
                position += NetlinkAttributes.align(length);
            }
        }
        return complete;
    }

    /** The next datagram of the kernel; others' are ignored, since any privileged process may send to us. */
    private ByteBuffer receiveDatagram() {
        while (true) {
            senderLength.set(JAVA_INT, 0, ADDRESS_LENGTH);
            int result = Libc.recvfrom(fd.number(), receiveSegment, RECEIVE_CAPACITY, MSG_TRUNC, sender, senderLength);
            if (result == -Errno.EINTR) {
                continue;
            }
            if (result == -Errno.ENOBUFS) { // reported once; what was not dropped follows
                complete = false;
                continue;
            }
            if (result == -Errno.EAGAIN) {
                throw new LinuxException(
                        "recvfrom",
                        object,
                        complete ? Errno.ETIMEDOUT : Errno.ENOBUFS,
                        "the answer of the kernel is missing; read the state back to see what was done");
            }
            check("recvfrom", result);
            if (result > RECEIVE_CAPACITY) {
                throw new LinuxException("recvfrom", object, Errno.ENOBUFS, "a message has " + result + " bytes");
            }
            if (sender.get(JAVA_INT, ADDRESS_PORT) == 0) {
                return receiveSegment.asSlice(0, result).asByteBuffer().order(ByteOrder.nativeOrder());
            }
        }
    }

    private void check(String call, int result) {
        LinuxException.check(result, call, object);
    }

    @Override
    public void close() {
        fd.close();
    }
}
