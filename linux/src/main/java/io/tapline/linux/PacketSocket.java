// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A packet socket on a device that the kernel uses too, such as a machine's network card (kernel {@code packet(7)},
 * {@code PACKET_VNET_HDR}). It gets copies of what its {@link SocketFilter} accepts of the frames that the device
 * receives, and sends frames out of the device as they are. The kernel's own stack sees received frames all the same.
 * Neither what the kernel sends nor what the socket sends itself comes back, and the device is not made promiscuous.
 *
 * <p>Frames may be super-frames and lack their transport checksum, either way: the kernel finishes what the device
 * cannot. What came with a VLAN tag comes without it; a filter can tell.
 *
 * <p>Why {@code readv} and {@code writev} and not the kernel's rings: a slot of a {@code TPACKET_V2} ring must have
 * room for the largest super-frame, so that a useful ring takes 34 MB that cannot be swapped, and a packet is copied
 * once from the ring besides; {@code TPACKET_V3} delays packets by its block timer; and a ring cannot take the frame
 * where the switch wants it. What a ring saves is a system call per frame, as with a TAP.
 *
 * <p>The data-path calls {@link #readv} and {@link #write} do not allocate and return a count of bytes or a negated
 * {@link Errno}: {@code EAGAIN} when there is nothing to read, {@code ENETDOWN} when the device is down, {@code ENXIO}
 * when it is gone, {@code ENOBUFS} or {@code EAGAIN} when its queue is full, {@code EMSGSIZE} for a frame that is
 * longer than its MTU and no super-frame.
 *
 * <p>Needs {@code CAP_NET_RAW}. Threading: as {@link FrameDevice}; the rest may be called from any thread.
 */
public final class PacketSocket implements FrameDevice {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final short ETH_P_ALL = 0x0300; // 3, in network order
    private static final int ADDRESS_LENGTH = 20; // struct sockaddr_ll
    private static final int QUEUE_BYTES = 8 * 1024 * 1024;
    private static final int IOVEC_LENGTH = 16;
    /** The kernel's {@code struct virtio_net_hdr}: ours without {@code num_buffers}. */
    private static final int KERNEL_HEADER_LENGTH = 10;

    private static final int HEADER_DIFFERENCE = VNET_HEADER_LENGTH - KERNEL_HEADER_LENGTH;
    private static final Set<TapOffload> OFFLOADS =
            Collections.unmodifiableSet(EnumSet.of(TapOffload.CHECKSUM, TapOffload.TSO4, TapOffload.TSO6));

    private final String object;
    private final int ifIndex;
    private final Fd owner;
    private final MemorySegment readState = Libc.newState();
    private final MemorySegment writeState = Libc.newState();
    private final MemorySegment readVectors = Arena.ofAuto().allocate(3 * IOVEC_LENGTH, Long.BYTES);
    private final MemorySegment writeVectors = Arena.ofAuto().allocate(2 * IOVEC_LENGTH, Long.BYTES);
    private int fd;

    private PacketSocket(Fd owner, String object, int ifIndex) {
        this.owner = owner;
        this.object = object;
        this.ifIndex = ifIndex;
        this.fd = owner.number();
    }

    /**
     * Opens one on a device of the calling thread's namespace. From the first packet on, {@code filter} decides.
     *
     * @throws LinuxException if there is no such device ({@code ENODEV}) or without permission ({@code EPERM})
     */
    public static PacketSocket open(String device, SocketFilter filter) {
        String object = "packet socket on \"" + device + "\"";
        int ifIndex = Links.indexOf(device);
        // Protocol 0 receives nothing: what comes before the filter is in place would pass it.
        Fd fd = Fd.of(Libc.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket", object);
        PacketSocket socket = new PacketSocket(fd, object, ifIndex);
        try {
            socket.setFilter(filter);
            socket.configure();
            return socket;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private void configure() {
        try (Arena arena = Arena.ofConfined()) {
            set(arena, SOL_PACKET, PACKET_VNET_HDR, "PACKET_VNET_HDR", 1);
            set(arena, SOL_PACKET, PACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING", 1);
            MemorySegment bytes = arena.allocateFrom(JAVA_INT, QUEUE_BYTES);
            if (Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes, Integer.BYTES) < 0) {
                set(arena, SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF", QUEUE_BYTES);
            }
            MemorySegment address = arena.allocate(ADDRESS_LENGTH, Integer.BYTES);
            address.set(JAVA_SHORT, 0, (short) AF_PACKET);
            address.set(JAVA_SHORT, 2, ETH_P_ALL);
            address.set(JAVA_INT, 4, ifIndex);
            LinuxException.check(Libc.bind(fd, address, ADDRESS_LENGTH), "bind", object);
        }
    }

    private void set(Arena arena, int level, int option, String name, int value) {
        int result = Libc.setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value), Integer.BYTES);
        LinuxException.check(result, "setsockopt(" + name + ")", object);
    }

    /** Replaces the filter; no packet meets none. */
    public void setFilter(SocketFilter filter) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(IOVEC_LENGTH, Long.BYTES); // struct sock_fprog: length, address
            program.set(JAVA_SHORT, 0, (short) filter.length());
            program.set(JAVA_LONG, 8, filter.encode(arena).address());
            int result = Libc.setsockopt(owner.number(), SOL_SOCKET, SO_ATTACH_FILTER, program, IOVEC_LENGTH);
            LinuxException.check(result, "setsockopt(SO_ATTACH_FILTER)", object);
        }
    }

    @Override
    public int readv(long address, int length, long overflow, int overflowLength) {
        setVector(readVectors, 0, address, KERNEL_HEADER_LENGTH);
        setVector(readVectors, 1, address + VNET_HEADER_LENGTH, length - VNET_HEADER_LENGTH);
        setVector(readVectors, 2, overflow, overflowLength);
        int result = Libc.readv(readState, fd, readVectors.address(), 3);
        return result > 0 ? result + HEADER_DIFFERENCE : result;
    }

    @Override
    public int write(long address, int length) {
        setVector(writeVectors, 0, address, KERNEL_HEADER_LENGTH);
        setVector(writeVectors, 1, address + VNET_HEADER_LENGTH, length - VNET_HEADER_LENGTH);
        int result = Libc.writev(writeState, fd, writeVectors.address(), 2);
        return result > 0 ? result + HEADER_DIFFERENCE : result;
    }

    private static void setVector(MemorySegment vectors, int index, long address, int length) {
        vectors.set(JAVA_LONG, (long) IOVEC_LENGTH * index, address);
        vectors.set(JAVA_LONG, (long) IOVEC_LENGTH * index + 8, length);
    }

    @Override
    public int fd() {
        return owner.number();
    }

    /** The index of the device, which stays its own when it is renamed. */
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public Set<TapOffload> offloads() {
        return OFFLOADS;
    }

    /** How many frames did not fit the socket's queue since the last time this was asked. */
    public long takeDrops() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statistics = arena.allocate(2 * Integer.BYTES, Integer.BYTES); // packets, drops
            MemorySegment length = arena.allocateFrom(JAVA_INT, 2 * Integer.BYTES);
            int result = Libc.getsockopt(owner.number(), SOL_PACKET, PACKET_STATISTICS, statistics, length);
            LinuxException.check(result, "getsockopt(PACKET_STATISTICS)", object);
            return Integer.toUnsignedLong(statistics.get(JAVA_INT, Integer.BYTES));
        }
    }

    /** How messages name it, for example {@code packet socket on "eth0"}. */
    @Override
    public String toString() {
        return object;
    }

    @Override
    public void close() {
        fd = -1;
        owner.close();
    }
}
