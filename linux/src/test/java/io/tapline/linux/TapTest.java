// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TapTest {
    private static final int TCPV4 = 1;
    private static final int ETHERNET_FRAME = 1514;
    private static final int WAIT_MILLIS = 10_000;
    private static final byte[] NO_VNET_FLAGS = new byte[Tap.VNET_HEADER_LENGTH];

    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    @Test
    void isCreatedInsideANamespace() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0"))) {
            assertThat(tap.name()).isEqualTo("eth0");
            assertThat(tap).hasToString("tap \"eth0\"");
            assertThat(tap.offloads()).contains(TapOffload.CHECKSUM, TapOffload.TSO4, TapOffload.TSO6);
            assertThat(Shell.ip(namespace, "link", "show", "dev", "eth0"))
                    .contains("\"ifindex\":" + tap.ifIndex() + ",")
                    .contains("\"address\":\"" + tap.mac() + "\"")
                    .contains("\"info_kind\":\"tun\"", "\"type\":\"tap\"")
                    .contains("\"pi\":false", "\"vnet_hdr\":true", "\"multi_queue\":false", "\"persist\":false");
        }
        assertThat(Shell.ip(namespace, "link")).doesNotContain("eth0");
    }

    @Test
    void takesTheFirstFreeNumber() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap first = Tap.create(namespace, TapOptions.named("vpp%d"));
                Tap second = Tap.create(namespace, TapOptions.named("vpp%d"))) {
            assertThat(first.name()).isEqualTo("vpp0");
            assertThat(second.name()).isEqualTo("vpp1");
        }
    }

    @Test
    void answersArpThroughItsVnetHeader() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0"));
                Arena arena = Arena.ofConfined()) {
            addAddress(namespace, tap, "10.7.0.1/24");
            byte[] request = arpRequest("10.7.0.2", "10.7.0.1");
            MemorySegment frame = arena.allocate(request.length);
            frame.copyFrom(MemorySegment.ofArray(request));
            assertThat(tap.write(frame.address(), request.length)).isEqualTo(request.length);

            MemorySegment reply = arena.allocate(100);
            awaitReadable(tap);
            int length = tap.read(reply.address(), 100);
            assertThat(length).isEqualTo(Tap.VNET_HEADER_LENGTH + 42);
            byte[] sender = reply.asSlice(Tap.VNET_HEADER_LENGTH + 22, 6).toArray(ValueLayout.JAVA_BYTE);
            assertThat(HardwareAddress.of(sender)).isEqualTo(tap.mac());
            assertThat(tap.read(reply.address(), 100)).isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    void readsAndWritesFramesInTwoParts() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0"));
                Arena arena = Arena.ofConfined()) {
            addAddress(namespace, tap, "10.7.0.1/24");
            byte[] request = arpRequest("10.7.0.2", "10.7.0.1");
            MemorySegment slot = arena.allocate(30);
            MemorySegment overflow = arena.allocate(100);
            MemorySegment.copy(request, 0, slot, ValueLayout.JAVA_BYTE, 0, 30);
            MemorySegment.copy(request, 30, overflow, ValueLayout.JAVA_BYTE, 0, request.length - 30);
            assertThat(tap.writev(slot.address(), 30, overflow.address(), request.length - 30))
                    .isEqualTo(request.length);

            awaitReadable(tap);
            assertThat(tap.readv(slot.address(), 30, overflow.address(), 100)).isEqualTo(Tap.VNET_HEADER_LENGTH + 42);
            byte[] head = slot.toArray(ValueLayout.JAVA_BYTE);
            byte[] rest = overflow.toArray(ValueLayout.JAVA_BYTE);
            assertThat(HexFormat.of().formatHex(head, Tap.VNET_HEADER_LENGTH + 12, 30))
                    .isEqualTo("08060001" + "0800");
            // The target of the reply: our own hardware and IP address.
            assertThat(HexFormat.of().formatHex(rest, 14, 24)).isEqualTo("020000000009" + "0a070002");
        }
    }

    @Test
    void carriesPingsBetweenNamespaces() {
        NetworkNamespace left = namespaces.create();
        NetworkNamespace right = namespaces.create();
        try (Tap first = Tap.create(left, TapOptions.named("eth0"));
                Tap second = Tap.create(right, TapOptions.named("eth0"))) {
            addAddress(left, first, "10.7.0.1/24");
            addAddress(right, second, "10.7.0.2/24");
            try (Patch patch = Patch.between(first, second)) {
                Shell.ping(left, "10.7.0.2");
                Shell.ping(right, "10.7.0.1");
                assertThat(patch.longest()).isEqualTo(Tap.VNET_HEADER_LENGTH + 98);
                assertThat(patch.lost()).isZero();
            }
        }
    }

    @Test
    void givesSuperFramesWithTcpOffloadsOn() throws IOException {
        Patch patch = transferBetween(TapOptions.named("eth0"));
        assertThat(patch.longest()).isGreaterThan(2 * ETHERNET_FRAME);
        assertThat(patch.sawSegmentationType(TCPV4)).isTrue();
        assertThat(patch.sawUnfinishedChecksum()).isTrue();
    }

    @Test
    void givesPlainFramesWithoutOffloads() throws IOException {
        Patch patch = transferBetween(TapOptions.named("eth0").withOffloads(TapOffload.NONE));
        assertThat(patch.longest()).isEqualTo(Tap.VNET_HEADER_LENGTH + ETHERNET_FRAME);
        assertThat(patch.sawSegmentationType(TCPV4)).isFalse();
        assertThat(patch.sawUnfinishedChecksum()).isFalse();
    }

    @Test
    void leavesOnlyTheChecksumWithThatOffloadAlone() throws IOException {
        TapOptions options = TapOptions.named("eth0").withOffloads(Set.of(TapOffload.CHECKSUM));
        Patch patch = transferBetween(options);
        assertThat(patch.longest()).isEqualTo(Tap.VNET_HEADER_LENGTH + ETHERNET_FRAME);
        assertThat(patch.sawUnfinishedChecksum()).isTrue();
    }

    @Test
    void outlivesItsClosingIfPersistent() {
        NetworkNamespace namespace = namespaces.create();
        TapOptions options = TapOptions.named("eth0").withPersistence();
        Tap first = Tap.create(namespace, options);
        HardwareAddress mac = first.mac();
        int ifIndex = first.ifIndex();
        addAddress(namespace, first, "10.7.0.1/24");
        first.close();
        assertThat(Shell.ip(namespace, "addr", "show", "dev", "eth0"))
                .contains("\"persist\":true", "\"local\":\"10.7.0.1\"", "NO-CARRIER");

        Tap second = Tap.attach(namespace, options);
        assertThat(second.mac()).isEqualTo(mac);
        assertThat(second.ifIndex()).isEqualTo(ifIndex);
        assertThat(Shell.ip(namespace, "addr", "show", "dev", "eth0")).contains("LOWER_UP", "\"local\":\"10.7.0.1\"");
        second.setPersistent(false);
        second.close();
        assertThat(Shell.ip(namespace, "link")).doesNotContain("eth0");
    }

    @Test
    void opensFurtherQueues() {
        NetworkNamespace namespace = namespaces.create();
        TapOptions options = TapOptions.named("eth0").withMultiQueue();
        try (Tap first = Tap.create(namespace, options);
                Tap second = Tap.attach(namespace, options)) {
            assertThat(second.ifIndex()).isEqualTo(first.ifIndex());
            assertThat(Shell.ip(namespace, "link", "show", "dev", "eth0"))
                    .contains("\"multi_queue\":true", "\"numqueues\":2");
        }
    }

    @Test
    void takesASendBuffer() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0").withSendBufferBytes(65536))) {
            assertThat(tap.name()).isEqualTo("eth0");
        }
    }

    @Test
    void tellsItsNewNameAndAddress() {
        NetworkNamespace namespace = namespaces.create();
        HardwareAddress mac = HardwareAddress.parse("02:fe:01:02:03:04");
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0"));
                Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            rtnetlink.apply(
                    Request.changeLink(tap.ifIndex(), LinkSettings.named("eth1").withMac(mac)));
            assertThat(tap.name()).isEqualTo("eth1");
            assertThat(tap.mac()).isEqualTo(mac);
        }
    }

    @Test
    void reportsErrorsOfTheDataPathAsNumbers() {
        NetworkNamespace namespace = namespaces.create();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocate(100);
            Tap tap = Tap.create(namespace, TapOptions.named("eth0"));
            assertThat(tap.write(frame.address(), 100)).as("device down").isEqualTo(-Errno.EIO);
            assertThat(tap.write(frame.address(), 5)).as("no whole header").isEqualTo(-Errno.EINVAL);
            tap.close();
            assertThat(tap.read(frame.address(), 100)).isEqualTo(-Errno.EBADF);
            assertThat(tap.write(frame.address(), 100)).isEqualTo(-Errno.EBADF);
            tap.close();
        }
    }

    @Test
    void reportsThatItsDeviceIsGone() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0"));
                Rtnetlink rtnetlink = Rtnetlink.open(namespace);
                Arena arena = Arena.ofConfined();
                Epoll epoll = Epoll.open(1)) {
            epoll.add(tap.fd(), Epoll.READABLE | Epoll.EDGE_TRIGGERED, 7);
            rtnetlink.apply(Request.deleteLink(tap.ifIndex()));
            assertThat(epoll.await(WAIT_MILLIS)).isEqualTo(1);
            assertThat(epoll.events(0) & Epoll.ERROR).isNotZero();
            MemorySegment buffer = arena.allocate(100);
            assertThat(tap.read(buffer.address(), 100)).isEqualTo(-Errno.EBADFD);
            assertThat(tap.write(buffer.address(), 100)).isEqualTo(-Errno.EBADFD);
            assertThatThrownBy(tap::name)
                    .hasMessageStartingWith("ioctl(TUNGETIFF) on tap \"eth0\": EBADFD (File descriptor in bad state)");
        }
    }

    @Test
    void keepsItsNamespaceAliveWhileOpen() {
        NetworkNamespace namespace = namespaces.create();
        String name = TestNamespaces.nameOf(namespace);
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0"));
                Arena arena = Arena.ofConfined()) {
            addAddress(namespace, tap, "10.7.0.1/24");
            namespace.close();
            NetworkNamespace.delete(name);
            byte[] request = arpRequest("10.7.0.2", "10.7.0.1");
            MemorySegment frame = arena.allocate(request.length);
            frame.copyFrom(MemorySegment.ofArray(request));
            assertThat(tap.write(frame.address(), request.length)).isEqualTo(request.length);
            awaitReadable(tap);
        }
    }

    @Test
    void saysThatTheNameIsInUse() {
        NetworkNamespace namespace = namespaces.create();
        try (Tap tap = Tap.create(namespace, TapOptions.named("eth0"))) {
            assertThatThrownBy(() -> Tap.create(namespace, TapOptions.named(tap.name())))
                    .hasMessageStartingWith(
                            "ioctl(TUNSETIFF) on tap \"eth0\": EBUSY (Device or resource busy); the name is in use");
            assertThatThrownBy(() -> Tap.attach(namespace, TapOptions.named("eth0")))
                    .hasMessageContaining("EBUSY")
                    .hasMessageContaining("another process holds this tap");
            assertThatThrownBy(
                            () -> Tap.attach(namespace, TapOptions.named("eth0").withMultiQueue()))
                    .hasMessageContaining("EINVAL")
                    .hasMessageContaining("not a tap of the same kind");
        }
    }

    @Test
    void saysThatTheDeviceIsNoTap() {
        NetworkNamespace namespace = namespaces.create();
        assertThatThrownBy(() -> Tap.attach(namespace, TapOptions.named("lo")))
                .hasMessageContaining("EINVAL")
                .hasMessageContaining("is not a tap of the same kind");
    }

    @Test
    void saysThatThereIsNothingToAttachTo() {
        NetworkNamespace namespace = namespaces.create();
        assertThatThrownBy(() -> Tap.attach(namespace, TapOptions.named("eth0")))
                .hasMessage("ioctl(SIOCGIFINDEX) on device \"eth0\": ENODEV (No such device); no device of this"
                        + " namespace has this name");
    }

    @Test
    void saysWhichPermissionIsMissing() {
        TapOptions options = TapOptions.named("tapline-none");
        assertThatThrownBy(() -> Privileges.callWithoutCapabilities(() -> Tap.create(options)))
                .hasMessageStartingWith("ioctl(TUNSETIFF) on tap \"tapline-none\": EPERM (Operation not permitted); run"
                        + " as root, or with CAP_NET_ADMIN");
        assertThatThrownBy(() -> Privileges.callAsNobody(() -> Tap.create(options)))
                .hasMessageContaining("on /dev/net/tun: EACCES (Permission denied); run as root, or let the container"
                        + " use this device");
    }

    /** Sends some megabytes by TCP between two namespaces that TAPs with these options connect. */
    private Patch transferBetween(TapOptions options) throws IOException {
        NetworkNamespace left = namespaces.create();
        NetworkNamespace right = namespaces.create();
        Tap first = Tap.create(left, options);
        Tap second = Tap.create(right, options);
        addAddress(left, first, "10.7.0.1/24");
        addAddress(right, second, "10.7.0.2/24");
        try (Patch patch = Patch.between(first, second);
                ServerSocketChannel server = right.call(ServerSocketChannel::open);
                SocketChannel client = left.call(SocketChannel::open)) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("10.7.0.2"), 4242));
            client.connect(server.getLocalAddress());
            byte[] sent = new byte[4 << 20];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = (byte) (i * 31 + (i >> 8));
            }
            try (SocketChannel accepted = server.accept()) {
                CompletableFuture<byte[]> received =
                        CompletableFuture.supplyAsync(() -> readAll(accepted, sent.length));
                ByteBuffer buffer = ByteBuffer.wrap(sent);
                while (buffer.hasRemaining()) {
                    client.write(buffer);
                }
                assertThat(received.join()).isEqualTo(sent);
            }
            return patch;
        } finally {
            first.close();
            second.close();
        }
    }

    private static byte[] readAll(SocketChannel channel, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try {
            boolean more = true;
            while (more && buffer.hasRemaining()) {
                more = channel.read(buffer) >= 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.array();
    }

    private static void addAddress(NetworkNamespace namespace, Tap tap, String prefix) {
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            rtnetlink.apply(
                    Request.add(Address.of(tap.ifIndex(), InetPrefix.parse(prefix))),
                    Request.changeLink(tap.ifIndex(), LinkSettings.NONE.withUp(true)));
        }
    }

    private static void awaitReadable(Tap tap) {
        try (Epoll epoll = Epoll.open(1)) {
            epoll.add(tap.fd(), Epoll.READABLE, 0);
            assertThat(epoll.await(WAIT_MILLIS)).as("a frame comes").isEqualTo(1);
        }
    }

    /** A broadcast ARP request from hardware address 02:00:00:00:00:09, with an empty vnet header. */
    private static byte[] arpRequest(String sender, String target) {
        return ByteBuffer.allocate(Tap.VNET_HEADER_LENGTH + 42)
                .put(NO_VNET_FLAGS)
                .put(HexFormat.of().parseHex("ffffffffffff" + "020000000009" + "0806"))
                .put(HexFormat.of().parseHex("0001" + "0800" + "06" + "04" + "0001" + "020000000009"))
                .put(InetAddress.ofLiteral(sender).getAddress())
                .put(new byte[6])
                .put(InetAddress.ofLiteral(target).getAddress())
                .array();
    }
}
