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
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A machine with a network card, which is one end of a veth pair, and a peer on its wire. */
class PacketSocketTest {
    private static final int TCPV4 = 1;
    private static final int ETHERNET_FRAME = 1514;
    private static final int BUFFER = 70_000;
    private static final int IP = 14;
    private static final int UDP = 17;

    @RegisterExtension
    final TestNamespaces namespaces = new TestNamespaces();

    private final Map<NetworkNamespace, NetworkNamespace> peers = new HashMap<>();

    @Test
    void sharesTheCardWithTheKernelAndSeesNothingThatIsSent() {
        NetworkNamespace machine = machineWithPeer("10.7.0.1/24");
        try (PacketSocket socket = open(machine, SocketFilter.acceptAll());
                Arena arena = Arena.ofConfined()) {
            Shell.ping(machine, "10.7.0.2");
            List<Integer> types = new ArrayList<>();
            MemorySegment frame = arena.allocate(BUFFER);
            while (read(socket, frame) > 0) {
                if (frame.get(ValueLayout.JAVA_BYTE, Tap.VNET_HEADER_LENGTH + IP + 9) == 1) {
                    types.add((int) frame.get(ValueLayout.JAVA_BYTE, Tap.VNET_HEADER_LENGTH + IP + 20));
                }
            }
            assertThat(types).as("echo replies, no requests").isNotEmpty().containsOnly(0);
            assertThat(socket).hasToString("packet socket on \"nic0\"");
            assertThat(socket.takeDrops()).isZero();
        }
    }

    @Test
    void carriesSuperFramesAndUnfinishedChecksumsBothWays() throws IOException {
        NetworkNamespace pod = namespaces.create();
        NetworkNamespace machine = machineWithPeer("");
        NetworkNamespace peer = peerOf(machine);
        try (Tap tap = Tap.create(pod, TapOptions.named("eth0"));
                PacketSocket socket = open(machine, SocketFilter.acceptAll());
                Rtnetlink rtnetlink = Rtnetlink.open(pod)) {
            rtnetlink.apply(
                    Request.add(Address.of(tap.ifIndex(), InetPrefix.parse("10.7.0.1/24"))),
                    Request.changeLink(tap.ifIndex(), LinkSettings.NONE.withUp(true)));
            try (Patch patch = Patch.between(tap, socket)) {
                transfer(pod, peer, "10.7.0.2");
                transfer(peer, pod, "10.7.0.1");
                assertThat(patch.longest()).isGreaterThan(2 * ETHERNET_FRAME);
                assertThat(patch.sawSegmentationType(TCPV4)).isTrue();
                assertThat(patch.sawUnfinishedChecksum()).isTrue();
                assertThat(patch.lost()).isZero();
            }
        }
    }

    @Test
    void aFilterDecidesWhatComes() throws IOException {
        NetworkNamespace machine = machineWithPeer("10.7.0.1/24");
        SocketFilter filter = SocketFilter.of(program -> {
            program.loadHalf(12);
            program.ifEqual(0x0800, ip -> {
                ip.loadByte(IP + 9);
                ip.ifOneOf(List.of(6, UDP), transport -> {
                    transport.loadHalfBehind(IP, 2);
                    transport.ifBetween(2000, 2002, SocketFilter.Builder::accept);
                    transport.ifEqual(3000, SocketFilter.Builder::accept);
                    transport.ifBits(0x8000, SocketFilter.Builder::accept);
                });
            });
        });
        try (PacketSocket socket = open(machine, filter)) {
            sendUdp(peerOf(machine), 1999, 2000, 2001, 2002, 2003, 2999, 3000, 3001, 0x7fff, 0x8001);
            assertThat(udpPorts(socket)).containsExactly(2000, 2001, 2002, 3000, 0x8001);
            socket.setFilter(SocketFilter.of(SocketFilter.Builder::reject));
            sendUdp(peerOf(machine), 2000);
            socket.setFilter(filter);
            sendUdp(peerOf(machine), 2001);
            assertThat(udpPorts(socket)).containsExactly(2001);
        }
    }

    @Test
    void aFilterTellsTaggedFramesAndThoseForOthers() throws IOException {
        NetworkNamespace machine = machineWithPeer("10.7.0.1/24");
        NetworkNamespace peer = peerOf(machine);
        Shell.ip(peer, "neigh", "add", "10.7.0.9", "lladdr", "02:00:00:00:00:99", "dev", "nic1");
        SocketFilter untagged = SocketFilter.of(program -> {
            program.loadVlanTagPresent();
            program.ifEqual(0, SocketFilter.Builder::accept);
        });
        SocketFilter own = SocketFilter.of(program -> {
            program.loadPacketType();
            program.ifEqual(SocketFilter.TO_THIS_HOST, SocketFilter.Builder::accept);
        });
        try (PacketSocket all = open(machine, SocketFilter.acceptAll());
                PacketSocket withoutTag = open(machine, untagged);
                PacketSocket forUs = open(machine, own);
                PacketSocket sender = peer.call(() -> PacketSocket.open("nic1", SocketFilter.acceptAll()))) {
            sendTaggedUdp(sender, 1001);
            sendUdp(peer, "10.7.0.9", 1002);
            sendUdp(peer, "10.7.0.1", 1003);
            assertThat(udpPorts(all)).containsExactly(1001, 1002, 1003);
            assertThat(udpPorts(withoutTag)).containsExactly(1002, 1003);
            assertThat(udpPorts(forUs)).contains(1003).doesNotContain(1002);
        }
    }

    @Test
    void reportsAFullQueueAndADeviceThatGoesAwayAsNumbers() throws IOException {
        NetworkNamespace machine = machineWithPeer("10.7.0.1/24");
        try (PacketSocket socket = open(machine, SocketFilter.acceptAll());
                Rtnetlink rtnetlink = Rtnetlink.open(machine);
                Arena arena = Arena.ofConfined()) {
            sendUdp(peerOf(machine), IntStream.range(0, 20_000).map(i -> 2000).toArray());
            assertThat(socket.takeDrops()).isPositive();
            assertThat(socket.takeDrops()).isZero();
            MemorySegment frame = arena.allocate(BUFFER);
            assertThat(socket.write(frame.address(), Tap.VNET_HEADER_LENGTH + 9000))
                    .as("longer than the MTU")
                    .isEqualTo(-90);
            while (read(socket, frame) > 0) {
                frame.fill((byte) 0);
            }
            assertThat(read(socket, frame)).isEqualTo(-Errno.EAGAIN);
            rtnetlink.apply(Request.changeLink("nic0", LinkSettings.NONE.withUp(false)));
            assertThat(read(socket, frame)).isEqualTo(-Errno.ENETDOWN);
            assertThat(socket.write(frame.address(), 100)).isEqualTo(-Errno.ENETDOWN);
            rtnetlink.apply(Request.deleteLink("nic0"));
            assertThat(socket.write(frame.address(), 100)).isEqualTo(-Errno.ENXIO);
        }
    }

    @Test
    void saysThatThereIsNoSuchDeviceAndWhichPermissionIsMissing() {
        NetworkNamespace machine = namespaces.create();
        assertThatThrownBy(() -> open(machine, SocketFilter.acceptAll()))
                .hasMessageStartingWith("ioctl(SIOCGIFINDEX) on device \"nic0\": ENODEV (No such device)");
        assertThatThrownBy(() ->
                        Privileges.callWithoutCapabilities(() -> PacketSocket.open("lo", SocketFilter.acceptAll())))
                .hasMessageStartingWith("socket on packet socket on \"lo\": EPERM (Operation not permitted); run as"
                        + " root, or with CAP_NET_RAW");
    }

    @Test
    void aFilterThatIsTooLongIsRefusedBeforeTheKernelSeesIt() {
        assertThatThrownBy(() -> SocketFilter.of(program -> {
                    for (int i = 0; i <= SocketFilter.MAX_INSTRUCTIONS; i++) {
                        program.loadByte(i);
                    }
                }))
                .hasMessage("a socket filter of 4098 instructions is longer than 4096");
    }

    /** The peer has 10.7.0.2; the machine's card has {@code prefix}, or no address, and 02:00:00:00:00:01. */
    private NetworkNamespace machineWithPeer(String prefix) {
        NetworkNamespace machine = namespaces.create();
        NetworkNamespace peer = namespaces.create();
        peers.put(machine, peer);
        try (Rtnetlink rtnetlink = Rtnetlink.open(machine);
                Rtnetlink atPeer = Rtnetlink.open(peer)) {
            rtnetlink.apply(Request.createVeth(
                    LinkSettings.named("nic0")
                            .withMac(HardwareAddress.parse("02:00:00:00:00:01"))
                            .withUp(true),
                    LinkSettings.named("nic1").withNamespace(peer)));
            atPeer.apply(
                    Request.changeLink("nic1", LinkSettings.NONE.withUp(true)),
                    Request.add(
                            Address.of(atPeer.link("nic1").orElseThrow().index(), InetPrefix.parse("10.7.0.2/24"))));
            if (!prefix.isEmpty()) {
                int index = rtnetlink.link("nic0").orElseThrow().index();
                rtnetlink.apply(Request.add(Address.of(index, InetPrefix.parse(prefix))));
            }
        }
        return machine;
    }

    private NetworkNamespace peerOf(NetworkNamespace machine) {
        return Objects.requireNonNull(peers.get(machine));
    }

    private static PacketSocket open(NetworkNamespace machine, SocketFilter filter) {
        return machine.call(() -> PacketSocket.open("nic0", filter));
    }

    private static int read(PacketSocket socket, MemorySegment frame) {
        return socket.readv(frame.address(), 2000, frame.address() + 2000, BUFFER - 2000);
    }

    private static void sendUdp(NetworkNamespace from, int... ports) throws IOException {
        sendUdp(from, "10.7.0.1", ports);
    }

    private static void sendUdp(NetworkNamespace from, String to, int... ports) throws IOException {
        try (DatagramChannel channel = from.call(DatagramChannel::open)) {
            for (int port : ports) {
                channel.send(ByteBuffer.wrap(new byte[1400]), new InetSocketAddress(InetAddress.ofLiteral(to), port));
            }
        }
    }

    /** Sends a packet of VLAN 5 to the machine's card. */
    private static void sendTaggedUdp(PacketSocket sender, int port) {
        String ethernet = "020000000001" + "020000000002" + "8100" + "0005" + "0800";
        String ip = "4500001c" + "00000000" + "40110000" + "0a080002" + "0a080001";
        byte[] packet = HexFormat.of()
                .parseHex("00".repeat(Tap.VNET_HEADER_LENGTH) + ethernet + ip + "1000"
                        + HexFormat.of().toHexDigits((short) port) + "0008" + "0000");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
            assertThat(sender.write(frame.address(), packet.length)).isEqualTo(packet.length);
        }
    }

    /** Destination ports of the UDP packets that are there; a frame arrives within the send. */
    private static List<Integer> udpPorts(PacketSocket socket) {
        List<Integer> ports = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocate(BUFFER);
            ByteBuffer bytes = frame.asByteBuffer();
            while (read(socket, frame) > 0) {
                int ip = Tap.VNET_HEADER_LENGTH + IP;
                if (bytes.getShort(ip - 2) == 0x0800 && bytes.get(ip + 9) == UDP) {
                    ports.add(bytes.getShort(ip + 22) & 0xffff);
                }
            }
        }
        return ports;
    }

    /** Sends some megabytes by TCP. */
    private static void transfer(NetworkNamespace from, NetworkNamespace to, String address) throws IOException {
        try (ServerSocketChannel server = to.call(ServerSocketChannel::open);
                SocketChannel client = from.call(SocketChannel::open)) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 4242));
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
        }
    }

    private static byte[] readAll(SocketChannel channel, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                assertThat(buffer.position()).isPositive();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.array();
    }
}
