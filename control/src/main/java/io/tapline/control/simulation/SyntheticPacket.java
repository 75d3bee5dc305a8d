// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.model.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Makes the packets that a connection begins with, from Ethernet on, with true checksums. */
final class SyntheticPacket {
    private static final int ETHERNET_BYTES = 14;
    private static final int IP_BYTES = 20;
    private static final int PROTOCOL = ETHERNET_BYTES + 9;
    private static final int TCP_FLAGS = ETHERNET_BYTES + IP_BYTES + 13;
    private static final int TTL = 64;
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int INIT = 1;
    private static final int INIT_ACK = 2;
    private static final int SEQUENCE = 1000;

    /** One direction of a connection; IPv4 addresses as 32 bits. */
    record Flow(Protocol protocol, int source, int sourcePort, int destination, int destinationPort) {
        /** The flow of a frame, from Ethernet on, which has ports. */
        static Flow of(byte[] frame) {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            int ports = ETHERNET_BYTES + (frame[ETHERNET_BYTES] & 15) * 4;
            return new Flow(
                    protocol(frame[PROTOCOL]),
                    bytes.getInt(ETHERNET_BYTES + 12),
                    bytes.getShort(ports) & 0xffff,
                    bytes.getInt(ETHERNET_BYTES + 16),
                    bytes.getShort(ports + 2) & 0xffff);
        }

        private static Protocol protocol(byte number) {
            for (Protocol protocol : Protocol.values()) {
                if (protocol.number() == (number & 0xff)) {
                    return protocol;
                }
            }
            throw new IllegalArgumentException("IP protocol " + (number & 0xff) + " has no ports");
        }

        Flow reversed() {
            return new Flow(protocol, destination, destinationPort, source, sourcePort);
        }
    }

    private SyntheticPacket() {}

    /** Whether a frame may be another one after its way through a switch, and not an error or a reset about it. */
    static boolean isSameKind(byte[] sent, byte[] left) {
        boolean tcp = sent[PROTOCOL] == Protocol.TCP.number();
        return left.length == sent.length
                && left[12] == sent[12]
                && left[13] == sent[13]
                && left[PROTOCOL] == sent[PROTOCOL]
                && (!tcp || left[TCP_FLAGS] == sent[TCP_FLAGS]);
    }

    /** The MAC address that a frame is for. */
    static long destinationMac(byte[] frame) {
        return ByteBuffer.wrap(frame).getLong(0) >>> 16;
    }

    /** The first packet: a TCP SYN, a UDP datagram, an SCTP INIT. */
    static byte[] request(Flow flow, long sourceMac, long destinationMac) {
        return frame(flow, sourceMac, destinationMac, false);
    }

    /** What is sent back: a SYN-ACK, a datagram, an INIT ACK. */
    static byte[] answer(Flow flow, long sourceMac, long destinationMac) {
        return frame(flow, sourceMac, destinationMac, true);
    }

    private static byte[] frame(Flow flow, long sourceMac, long destinationMac, boolean answer) {
        byte[] payload = switch (flow.protocol()) {
            case TCP -> tcp(flow, answer);
            case UDP -> udp(flow);
            case SCTP -> sctp(flow, answer);
        };
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + IP_BYTES + payload.length);
        putMac(frame, destinationMac);
        putMac(frame, sourceMac);
        frame.putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (IP_BYTES + payload.length));
        frame.putInt(0x4000);
        frame.put((byte) TTL).put((byte) flow.protocol().number()).putShort((short) 0);
        frame.putInt(flow.source()).putInt(flow.destination());
        frame.putShort(ETHERNET_BYTES + 10, (short) checksum(sum(frame.array(), ETHERNET_BYTES, IP_BYTES)));
        frame.put(payload);
        return frame.array();
    }

    private static void putMac(ByteBuffer frame, long mac) {
        frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    private static byte[] tcp(Flow flow, boolean answer) {
        ByteBuffer tcp = ByteBuffer.allocate(20);
        tcp.putShort((short) flow.sourcePort()).putShort((short) flow.destinationPort());
        tcp.putInt(SEQUENCE).putInt(answer ? SEQUENCE + 1 : 0);
        tcp.put((byte) 0x50).put((byte) (answer ? SYN_ACK : SYN)).putShort((short) 0xffff);
        tcp.putInt(0);
        tcp.putShort(16, (short) transportChecksum(flow, tcp.array()));
        return tcp.array();
    }

    private static byte[] udp(Flow flow) {
        ByteBuffer udp = ByteBuffer.allocate(12);
        udp.putShort((short) flow.sourcePort()).putShort((short) flow.destinationPort());
        udp.putShort((short) 12).putShort((short) 0);
        udp.putInt(0x70726f62);
        int checksum = transportChecksum(flow, udp.array());
        udp.putShort(6, (short) (checksum == 0 ? 0xffff : checksum));
        return udp.array();
    }

    /**
     * One chunk of 20 bytes (RFC 9260 section 3.3.2), with the CRC32c over the packet, least significant byte first.
     */
    private static byte[] sctp(Flow flow, boolean answer) {
        ByteBuffer sctp = ByteBuffer.allocate(32);
        sctp.putShort((short) flow.sourcePort()).putShort((short) flow.destinationPort());
        sctp.putInt(answer ? SEQUENCE : 0).putInt(0);
        sctp.put((byte) (answer ? INIT_ACK : INIT)).put((byte) 0).putShort((short) 20);
        sctp.putInt(SEQUENCE)
                .putInt(0x1_0000)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(SEQUENCE);
        CRC32C crc = new CRC32C();
        crc.update(sctp.array());
        sctp.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
        return sctp.array();
    }

    private static int transportChecksum(Flow flow, byte[] payload) {
        ByteBuffer pseudo = ByteBuffer.allocate(12);
        pseudo.putInt(flow.source()).putInt(flow.destination());
        pseudo.putShort((short) flow.protocol().number()).putShort((short) payload.length);
        return checksum(sum(pseudo.array(), 0, 12) + sum(payload, 0, payload.length));
    }

    private static long sum(byte[] bytes, int from, int length) {
        ByteBuffer words = ByteBuffer.wrap(bytes, from, length);
        long sum = 0;
        while (words.remaining() > 1) {
            sum += Short.toUnsignedInt(words.getShort());
        }
        return sum;
    }

    private static int checksum(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) ~folded & 0xffff;
    }
}
