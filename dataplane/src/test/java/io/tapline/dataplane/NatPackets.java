// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.NatModel.Tuple;
import io.tapline.testkit.FrameBuilder;
import io.tapline.testkit.IcmpBuilder;
import io.tapline.testkit.Packets;
import io.tapline.testkit.PlainChecksum;
import io.tapline.testkit.TcpBuilder;
import io.tapline.testkit.UdpBuilder;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Packets of every protocol that NAT translates, made of tuples and taken apart, with checksums computed otherwise. */
final class NatPackets {
    private static final int VNET_BYTES = 12;
    private static final int IP = 14;
    private static final int L4 = 34;
    private static final int SCTP_BYTES = 12;
    private static final int NEEDS_CSUM = 1;

    /** What a sender puts into a checksum field; only TCP and UDP leave it unfinished, only UDP leaves it out. */
    enum Checksums {
        WHOLE,
        PARTIAL,
        NONE
    }

    private NatPackets() {}

    /** Puts a packet into a device. */
    static void send(BufferDevice device, Tuple tuple, byte[] payload, Checksums checksums, int tcpFlags) {
        byte[] bytes = builder(tuple, payload, checksums, tcpFlags).vnetBytes();
        device.put(Arrays.copyOf(bytes, VNET_BYTES), Arrays.copyOfRange(bytes, VNET_BYTES, bytes.length));
    }

    /** A packet's bytes. */
    static byte[] frame(Tuple tuple, byte[] payload, Checksums checksums, int tcpFlags) {
        return builder(tuple, payload, checksums, tcpFlags).bytes();
    }

    private static FrameBuilder<?> builder(Tuple tuple, byte[] payload, Checksums checksums, int tcpFlags) {
        FrameBuilder<?> builder = switch (tuple.protocol()) {
            case Ipv4.PROTOCOL_TCP -> {
                TcpBuilder tcp = Packets.tcp()
                        .src(tuple.source(), tuple.sourcePort())
                        .dst(tuple.destination(), tuple.destinationPort())
                        .flags(tcpFlags)
                        .payload(payload);
                yield checksums == Checksums.PARTIAL ? tcp.partialChecksum() : tcp;
            }
            case Ipv4.PROTOCOL_UDP -> {
                UdpBuilder udp = Packets.udp()
                        .src(tuple.source(), tuple.sourcePort())
                        .dst(tuple.destination(), tuple.destinationPort())
                        .payload(payload);
                yield switch (checksums) {
                    case WHOLE -> udp;
                    case PARTIAL -> udp.partialChecksum();
                    case NONE -> udp.noChecksum();
                };
            }
            case Ipv4.PROTOCOL_SCTP ->
                Packets.ipv4(Ipv4.PROTOCOL_SCTP)
                        .src(tuple.source())
                        .dst(tuple.destination())
                        .payload(sctp(tuple, payload));
            default -> echo(tuple, payload);
        };
        return builder.srcMac(NatSwitch.PEER_MAC).dstMac(NatSwitch.SWITCH_MAC);
    }

    private static IcmpBuilder echo(Tuple tuple, byte[] payload) {
        boolean request = tuple.destinationPort() == Icmpv4.ECHO_REQUEST;
        return (request ? Packets.echoRequest() : Packets.echoReply())
                .src(tuple.source())
                .dst(tuple.destination())
                .identifier(request ? tuple.sourcePort() : tuple.destinationPort())
                .payload(payload);
    }

    private static byte[] sctp(Tuple tuple, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(SCTP_BYTES + payload.length)
                .putShort((short) tuple.sourcePort())
                .putShort((short) tuple.destinationPort())
                .putInt(0x1234_5678)
                .putInt(0)
                .put(payload);
        return packet.order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8, crc(packet.array()))
                .array();
    }

    /** RFC 9260, appendix A: with the checksum's field as 0, and stored with the least octet first. */
    private static int crc(byte[] packet) {
        byte[] copy = packet.clone();
        Arrays.fill(copy, 8, SCTP_BYTES, (byte) 0);
        CRC32C crc = new CRC32C();
        crc.update(copy);
        return (int) crc.getValue();
    }

    /** The frame as its receiver reads it: with the checksum that the vnet header asks for. */
    static byte[] completed(byte[] frame, byte[] vnetHeader) {
        byte[] whole = frame.clone();
        if ((vnetHeader[0] & NEEDS_CSUM) != 0) {
            ByteBuffer header = ByteBuffer.wrap(vnetHeader).order(ByteOrder.nativeOrder());
            int start = IP + header.getShort(6) - IP;
            int checksum = PlainChecksum.of(whole, start, end(whole), 0);
            ByteBuffer.wrap(whole).putShort(start + header.getShort(8), (short) (checksum == 0 ? 0xffff : checksum));
        }
        return whole;
    }

    private static int end(byte[] frame) {
        return IP + Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(IP + 2));
    }

    static int source(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(IP + 12);
    }

    static int destination(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(IP + 16);
    }

    /** The tuple of a frame that must have right checksums - none if none was sent - and this payload. */
    static Tuple check(byte[] frame, byte[] payload, Checksums checksums) {
        ByteBuffer b = ByteBuffer.wrap(frame);
        int protocol = b.get(IP + 9) & 0xff;
        int end = end(frame);
        assertThat(PlainChecksum.isRight(frame, IP, L4, 0)).as("IPv4 checksum").isTrue();
        int first = Short.toUnsignedInt(b.getShort(L4));
        int second = Short.toUnsignedInt(b.getShort(L4 + 2));
        int start = 0;
        switch (protocol) {
            case Ipv4.PROTOCOL_SCTP -> {
                byte[] packet = Arrays.copyOfRange(frame, L4, end);
                int field = b.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(L4 + 8);
                assertThat(field).as("CRC32c").isEqualTo(crc(packet));
                start = SCTP_BYTES;
            }
            case Ipv4.PROTOCOL_ICMP -> {
                assertThat(PlainChecksum.isRight(frame, L4, end, 0))
                        .as("ICMP checksum")
                        .isTrue();
                boolean request = b.get(L4) == Icmpv4.ECHO_REQUEST;
                int identifier = Short.toUnsignedInt(b.getShort(L4 + 4));
                first = request ? identifier : Icmpv4.ECHO_REQUEST;
                second = request ? Icmpv4.ECHO_REQUEST : identifier;
                start = 8;
            }
            case Ipv4.PROTOCOL_UDP -> {
                boolean none = b.getShort(L4 + 6) == 0;
                assertThat(none).as("has no checksum").isEqualTo(checksums == Checksums.NONE);
                assertThat(none || isRight(frame, end)).as("UDP checksum").isTrue();
                start = 8;
            }
            default -> {
                assertThat(isRight(frame, end)).as("TCP checksum").isTrue();
                start = 20;
            }
        }
        assertThat(Arrays.copyOfRange(frame, L4 + start, end)).as("payload").isEqualTo(payload);
        return new Tuple(protocol, source(frame), first, destination(frame), second);
    }

    private static boolean isRight(byte[] frame, int end) {
        int pseudo = PlainChecksum.pseudoHeader(source(frame), destination(frame), frame[IP + 9] & 0xff, end - L4);
        return PlainChecksum.isRight(frame, L4, end, pseudo);
    }

    /** An ICMP error that became another: it must be right, and quote what was sent as far as it quotes. */
    static void checkError(byte[] left, byte[] came, byte[] sent) {
        int end = end(left);
        assertThat(end).as("length").isEqualTo(end(came));
        assertThat(PlainChecksum.isRight(left, IP, L4, 0)).as("IPv4 checksum").isTrue();
        assertThat(PlainChecksum.isRight(left, L4, end, 0)).as("ICMP checksum").isTrue();
        assertThat(Arrays.copyOfRange(left, L4, L4 + 2))
                .as("type and code")
                .isEqualTo(Arrays.copyOfRange(came, L4, L4 + 2));
        assertThat(source(left)).as("who reports").isEqualTo(destination(sent));
        assertThat(destination(left)).as("who is told").isEqualTo(source(sent));
        byte[] quoted = Arrays.copyOfRange(left, L4 + 8, end);
        assertThat(PlainChecksum.isRight(quoted, 0, 20, 0))
                .as("quoted IPv4 checksum")
                .isTrue();
        byte[] expected = Arrays.copyOfRange(sent, IP, IP + quoted.length);
        for (int changed : new int[] {8, 10, 11}) { // TTL and checksum, on the way
            expected[changed] = quoted[changed];
        }
        // In TCP a checksum of 0 is as good as one of 0xffff.
        boolean either = expected[9] == Ipv4.PROTOCOL_TCP && quoted.length >= 38 && isZero(quoted) && isZero(expected);
        if (either) {
            System.arraycopy(quoted, 36, expected, 36, 2);
        }
        // An error need not restore a CRC, which needs all of the packet.
        if (expected[9] == (byte) Ipv4.PROTOCOL_SCTP && quoted.length > 28) {
            System.arraycopy(quoted, 28, expected, 28, 4);
        }
        assertThat(quoted).as("quoted packet").isEqualTo(expected);
    }

    private static boolean isZero(byte[] tcpPacket) {
        return tcpPacket[36] == tcpPacket[37] && (tcpPacket[36] == 0 || tcpPacket[36] == -1);
    }
}
