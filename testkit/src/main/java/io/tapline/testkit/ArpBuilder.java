// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;

/** Builds ARP packets (RFC 826); from {@link Packets#arpRequest} and {@link Packets#arpReply}. */
public final class ArpBuilder extends FrameBuilder<ArpBuilder> {
    private final int operation;
    private long senderMac = 0x02fe_0000_0001L;
    private int senderIp = Addresses.ipv4("10.1.1.2");
    private long targetMac;
    private int targetIp = Addresses.ipv4("10.1.1.1");

    ArpBuilder(int operation) {
        this.operation = operation;
    }

    /** Sender of the question or the answer; also the source of the frame. */
    public ArpBuilder sender(String mac, String ip) {
        senderMac = Addresses.mac(mac);
        senderIp = Addresses.ipv4(ip);
        return srcMac(senderMac);
    }

    /** Target of the packet; the destination of the frame stays as it is. */
    public ArpBuilder target(String mac, String ip) {
        targetMac = Addresses.mac(mac);
        return target(ip);
    }

    /** Target address whose MAC address is not known: zero. */
    public ArpBuilder target(String ip) {
        targetIp = Addresses.ipv4(ip);
        return this;
    }

    @Override
    ArpBuilder self() {
        return this;
    }

    @Override
    int etherType() {
        return 0x0806;
    }

    @Override
    byte[] packet() {
        ByteBuffer packet = ByteBuffer.allocate(28);
        packet.putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation);
        putMac(packet, senderMac);
        packet.putInt(senderIp);
        putMac(packet, targetMac);
        return packet.putInt(targetIp).array();
    }
}
