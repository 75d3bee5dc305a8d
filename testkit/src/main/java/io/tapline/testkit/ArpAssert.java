// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Assertions about an ARP packet for IPv4 over Ethernet; from {@link FrameAssert#arp}. */
public final class ArpAssert {
    static final int BYTES = 28;

    private final Slice packet;

    ArpAssert(Slice packet) {
        this.packet = packet;
        packet.equal("ARP hardware type", packet.u16(0), 1);
        packet.equal("ARP protocol type", packet.u16(2), 0x0800);
        packet.equal("ARP address lengths", packet.u16(4), 0x0604);
    }

    /** The packet asks. */
    public ArpAssert request() {
        packet.equal("ARP operation", packet.u16(6), 1);
        return this;
    }

    /** The packet answers. */
    public ArpAssert reply() {
        packet.equal("ARP operation", packet.u16(6), 2);
        return this;
    }

    /** Sender. */
    public ArpAssert sender(String mac, String ip) {
        packet.equalText("ARP sender MAC address", Addresses.mac(packet.mac(8)), mac);
        packet.equalText("ARP sender IP address", Addresses.ipv4(packet.i32(14)), ip);
        return this;
    }

    /** Target. */
    public ArpAssert target(String mac, String ip) {
        packet.equalText("ARP target MAC address", Addresses.mac(packet.mac(18)), mac);
        packet.equalText("ARP target IP address", Addresses.ipv4(packet.i32(24)), ip);
        return this;
    }
}
