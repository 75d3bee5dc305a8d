// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * A TAP: an Ethernet device whose other end is this process (kernel {@code Documentation/networking/tuntap.rst}). It
 * can be the {@code eth0} of a pod directly, without a veth pair.
 *
 * <p>Each frame, read or written, starts with the {@value #VNET_HEADER_LENGTH}-byte {@code virtio_net_hdr_v1}, in the
 * machine's byte order, in front of the Ethernet header. The descriptor never blocks. A read gives one frame and cuts
 * off, silently, what does not fit the buffer: with offloads on, have room for {@value #MAX_FRAME_LENGTH} bytes, in
 * {@link #readv} a small buffer and a large one for the rare overflow. What a pod sends is untrusted, the offsets and
 * sizes in the vnet header included.
 *
 * <p>The data-path calls {@link #read}, {@link #write}, {@link #readv} and {@link #writev} take raw addresses, do not
 * allocate, and return a count of bytes or a negated {@link Errno}: {@code EAGAIN} when there is nothing to read,
 * {@code EIO} when writing while the device is down, {@code EBADFD} when the device was deleted, {@code EINVAL} for a
 * frame with a bad vnet header, {@code EBADF} after {@link #close()}.
 *
 * <p>An open TAP keeps its namespace alive, even one without name and processes: close the TAPs of a pod that is gone.
 *
 * <p>Threading: at any moment one thread may read and one may write, the same or another. The rest may be called from
 * any thread. Do not close a TAP while another thread reads or writes: the number of its descriptor may be in use for
 * something else by then.
 */
public final class Tap implements FrameDevice {
    /** The longest frame, vnet and Ethernet header included. */
    public static final int MAX_FRAME_LENGTH = VNET_HEADER_LENGTH + 14 + 4 + 65535;

    private static final String DEVICE = "/dev/net/tun";

    private static final long TUNSETIFF = 0x4004_54ca;
    private static final long TUNSETPERSIST = 0x4004_54cb;
    private static final long TUNSETOFFLOAD = 0x4004_54d0;
    private static final long TUNSETSNDBUF = 0x4004_54d4;
    private static final long TUNSETVNETHDRSZ = 0x4004_54d8;
    private static final long TUNGETIFF = 0x8004_54d2L;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int IFF_TUN_EXCL = 0x8000;
    private static final int IFREQ_VALUE = LinkNames.FIELD_LENGTH;
    private static final int IOVEC_LENGTH = 16;

    private final String object;
    private final int ifIndex;
    private final Set<TapOffload> offloads;
    private final MemorySegment readState = Libc.newState();
    private final MemorySegment writeState = Libc.newState();
    private final MemorySegment readVectors = Arena.ofAuto().allocate(2 * IOVEC_LENGTH, Long.BYTES);
    private final MemorySegment writeVectors = Arena.ofAuto().allocate(2 * IOVEC_LENGTH, Long.BYTES);
    private final Fd owner;
    private int fd;

    private Tap(Fd owner, String name, int ifIndex, Set<TapOffload> offloads) {
        this.owner = owner;
        this.fd = owner.number();
        this.object = describe(name);
        this.ifIndex = ifIndex;
        this.offloads = offloads;
    }

    /**
     * Creates a device in the calling thread's namespace. It is down and has a random address.
     *
     * @throws LinuxException if the name is taken ({@code EBUSY}), without permission ({@code EPERM}), or without
     *     {@code /dev/net/tun} ({@code ENOENT})
     */
    public static Tap create(TapOptions options) {
        return open(options, IFF_TUN_EXCL);
    }

    /** {@link #create(TapOptions)} in another namespace. */
    public static Tap create(NetworkNamespace namespace, TapOptions options) {
        return namespace.call(() -> create(options));
    }

    /**
     * Opens a device that exists in the calling thread's namespace: a persistent one that nobody has open, or a further
     * queue of one with several. The options take effect anew.
     *
     * @throws LinuxException if there is none ({@code ENODEV}), it is open elsewhere ({@code EBUSY}), or it is not a
     *     TAP of this kind ({@code EINVAL})
     */
    public static Tap attach(TapOptions options) {
        Links.indexOf(options.name());
        return open(options, 0);
    }

    /** {@link #attach(TapOptions)} in another namespace. */
    public static Tap attach(NetworkNamespace namespace, TapOptions options) {
        return namespace.call(() -> attach(options));
    }

    private static Tap open(TapOptions options, int flags) {
        Fd fd = Fd.open(DEVICE, Libc.O_RDWR | Libc.O_NONBLOCK);
        try {
            String name = setInterface(fd, options, flags);
            String object = describe(name);
            setInt(fd, TUNSETVNETHDRSZ, "TUNSETVNETHDRSZ", object, VNET_HEADER_LENGTH);
            setInt(
                    fd,
                    TUNSETSNDBUF,
                    "TUNSETSNDBUF",
                    object,
                    options.sendBufferBytes().orElse(Integer.MAX_VALUE));
            Set<TapOffload> offloads = setOffloads(fd, object, options.offloads());
            setPersistent(fd, object, options.persistent());
            return new Tap(fd, name, Links.indexOf(name), offloads);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** Reads one frame to {@code length} bytes at {@code address}; returns its length or a negated errno. */
    public int read(long address, int length) {
        return Libc.read(readState, fd, address, length);
    }

    @Override
    public int write(long address, int length) {
        return Libc.write(writeState, fd, address, length);
    }

    @Override
    public int readv(long address, int length, long overflow, int overflowLength) {
        setVectors(readVectors, address, length, overflow, overflowLength);
        return Libc.readv(readState, fd, readVectors.address(), 2);
    }

    /** Writes one frame that lies in two parts; returns the length of both together or a negated errno. */
    public int writev(long address, int length, long rest, int restLength) {
        setVectors(writeVectors, address, length, rest, restLength);
        return Libc.writev(writeState, fd, writeVectors.address(), 2);
    }

    private static void setVectors(MemorySegment vectors, long address, int length, long rest, int restLength) {
        vectors.set(JAVA_LONG, 0, address);
        vectors.set(JAVA_LONG, 8, length);
        vectors.set(JAVA_LONG, IOVEC_LENGTH, rest);
        vectors.set(JAVA_LONG, IOVEC_LENGTH + 8, restLength);
    }

    @Override
    public int fd() {
        return owner.number();
    }

    /** The index of the device in its namespace. It changes if the device moves to another namespace. */
    public int ifIndex() {
        return ifIndex;
    }

    /** The offloads in force: those asked for, without those that this kernel does not know. */
    @Override
    public Set<TapOffload> offloads() {
        return offloads;
    }

    /**
     * The device's present name; another program may have renamed it.
     *
     * @throws LinuxException if the device is gone ({@code EBADFD})
     */
    public String name() {
        try (Arena arena = Arena.ofConfined()) {
            return request(arena, TUNGETIFF, "TUNGETIFF").getString(0);
        }
    }

    /**
     * The device's present address, which is what its namespace sends from.
     *
     * @throws LinuxException if the device is gone ({@code EBADFD})
     */
    public HardwareAddress mac() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = request(arena, SIOCGIFHWADDR, "SIOCGIFHWADDR");
            byte[] bytes = new byte[HardwareAddress.LENGTH];
            int address = IFREQ_VALUE + Short.BYTES; // behind sa_family
            MemorySegment.copy(ifreq, JAVA_BYTE, address, bytes, 0, bytes.length);
            return HardwareAddress.of(bytes);
        }
    }

    /**
     * Whether the device is to outlive its last closing from now on.
     *
     * @throws LinuxException if the device is gone ({@code EBADFD})
     */
    public void setPersistent(boolean persistent) {
        setPersistent(owner, object, persistent);
    }

    /** How messages name it, for example {@code tap "eth0"}. */
    @Override
    public String toString() {
        return object;
    }

    /**
     * Closes the descriptor and with it the device, unless that is persistent or another queue is open. The kernel
     * takes 20 to 26 ms to destroy a device, more on a busy machine (it waits for an RCU grace period): never do this
     * on a data-path thread.
     */
    @Override
    public void close() {
        fd = -1;
        owner.close();
    }

    private MemorySegment request(Arena arena, long request, String name) {
        MemorySegment ifreq = LinkNames.ifreq(arena, "");
        LinuxException.check(Libc.ioctl(owner.number(), request, ifreq.address()), "ioctl(" + name + ")", object);
        return ifreq;
    }

    private static String setInterface(Fd fd, TapOptions options, int moreFlags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = LinkNames.ifreq(arena, options.name());
            int flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | moreFlags | (options.multiQueue() ? IFF_MULTI_QUEUE : 0);
            ifreq.set(JAVA_SHORT, IFREQ_VALUE, (short) flags);
            LinuxException.check(
                    Libc.ioctl(fd.number(), TUNSETIFF, ifreq.address()), "ioctl(TUNSETIFF)", describe(options.name()));
            return ifreq.getString(0);
        }
    }

    private static void setInt(Fd fd, long request, String name, String object, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocateFrom(JAVA_INT, value);
            LinuxException.check(Libc.ioctl(fd.number(), request, argument.address()), "ioctl(" + name + ")", object);
        }
    }

    /**
     * Asks for all of {@code wanted}; a kernel that does not know UDP segmentation refuses the whole, so try without.
     */
    private static Set<TapOffload> setOffloads(Fd fd, String object, Set<TapOffload> wanted) {
        int result = Libc.ioctl(fd.number(), TUNSETOFFLOAD, TapOffload.flags(wanted));
        if (result == -Errno.EINVAL && wanted.contains(TapOffload.USO4)) {
            Set<TapOffload> older = EnumSet.copyOf(wanted);
            older.removeAll(EnumSet.of(TapOffload.USO4, TapOffload.USO6));
            return setOffloads(fd, object, TapOffload.copyOf(older));
        }
        LinuxException.check(result, "ioctl(TUNSETOFFLOAD)", object);
        return wanted;
    }

    private static void setPersistent(Fd fd, String object, boolean persistent) {
        LinuxException.check(
                Libc.ioctl(fd.number(), TUNSETPERSIST, persistent ? 1 : 0), "ioctl(TUNSETPERSIST)", object);
    }

    private static String describe(String name) {
        return "tap \"" + name + "\"";
    }
}
