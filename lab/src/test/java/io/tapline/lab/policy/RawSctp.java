// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tapline.linux.NetworkNamespace;
import io.tapline.wire.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Opens SCTP associations as far as their second packet, by a raw socket in a namespace, since not every kernel has
 * SCTP. It answers each INIT that comes with an INIT ACK, and remembers for which of its own ports one came.
 *
 * <p>Threading: one thread.
 */
@SuppressWarnings("restricted") // the JDK has no raw sockets
final class RawSctp implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0x800 | 0x80000;
    private static final int SCTP = 132;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int PACKET_BYTES = 2048;
    private static final int SCTP_BYTES = 32;
    private static final int INIT = 1;
    private static final int INIT_ACK = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET =
            link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDTO =
            link("sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECV =
            link("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(PACKET_BYTES);
    private final MemorySegment peer = arena.allocate(16, 4);
    private final Set<Integer> answered = new HashSet<>();
    private final IpAddress own;
    private final int socket;

    private RawSctp(IpAddress own, int socket) {
        this.own = own;
        this.socket = socket;
    }

    private static MethodHandle link(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    /** A socket in a namespace that sends from, and hears what is sent to, one of its addresses. */
    static RawSctp open(NetworkNamespace namespace, IpAddress own) {
        int socket = namespace.call(() -> call(SOCKET, AF_INET, SOCK_RAW_NONBLOCK_CLOEXEC, SCTP));
        RawSctp sctp = new RawSctp(own, check("socket", socket));
        sctp.address(own);
        check("bind", call(BIND, socket, sctp.peer, 16));
        return sctp;
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return ((Number) function.invokeWithArguments(arguments)).intValue();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int check(String what, int result) {
        if (result < 0) {
            throw new IllegalStateException(what + " of a raw socket failed");
        }
        return result;
    }

    /** Fills {@code struct sockaddr_in}. */
    private void address(IpAddress address) {
        peer.fill((byte) 0);
        peer.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_INET);
        peer.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 4, address.ipv4());
    }

    /** Sends an INIT. */
    void begin(IpAddress to, int sourcePort, int destinationPort) {
        send(to, INIT, sourcePort, destinationPort, 0);
    }

    private void send(IpAddress to, int chunk, int sourcePort, int destinationPort, int tag) {
        ByteBuffer sctp = ByteBuffer.allocate(SCTP_BYTES);
        sctp.putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putInt(tag)
                .putInt(0);
        sctp.put((byte) chunk).put((byte) 0).putShort((short) 20);
        sctp.putInt(1000)
                .putInt(0x1_0000)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(1000);
        CRC32C crc = new CRC32C();
        crc.update(sctp.array());
        sctp.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
        address(to);
        MemorySegment.copy(sctp.array(), 0, buffer, ValueLayout.JAVA_BYTE, 0, SCTP_BYTES);
        check("sendto " + to, call(SENDTO, socket, buffer, (long) SCTP_BYTES, 0, peer, 16));
    }

    /** Receives and answers what is there. */
    void poll() {
        int length = call(RECV, socket, buffer, (long) PACKET_BYTES, MSG_DONTWAIT);
        while (length > 0) {
            ByteBuffer packet = ByteBuffer.wrap(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            int sctp = (packet.get(0) & 15) * 4;
            IpAddress from = IpAddress.ofIpv4(packet.getInt(12));
            int sourcePort = packet.getShort(sctp) & 0xffff;
            int destinationPort = packet.getShort(sctp + 2) & 0xffff;
            switch (packet.get(sctp + 12)) {
                case INIT ->
                    send(
                            from,
                            INIT_ACK,
                            /* sourcePort= */ destinationPort,
                            /* destinationPort= */ sourcePort,
                            packet.getInt(sctp + 16));
                case INIT_ACK -> answered.add(destinationPort);
                default -> throw new IllegalStateException(own + " got an SCTP packet that nobody sent");
            }
            length = call(RECV, socket, buffer, (long) PACKET_BYTES, MSG_DONTWAIT);
        }
    }

    /** Whether an INIT that was sent from a port has been answered. */
    boolean isAnswered(int sourcePort) {
        return answered.contains(sourcePort);
    }

    @Override
    public void close() {
        call(CLOSE, socket);
        arena.close();
    }
}
