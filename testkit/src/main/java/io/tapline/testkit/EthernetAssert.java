// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Assertions about an Ethernet header; from {@link FrameAssert#ethernet}. */
public final class EthernetAssert {
    static final int HEADER_BYTES = 14;
    private static final int VLAN_BYTES = 4;
    private static final int TYPE_VLAN = 0x8100;

    private final Slice header;

    EthernetAssert(Slice header) {
        this.header = header;
    }

    /** Source MAC address. */
    public EthernetAssert src(String mac) {
        header.equalText("Ethernet source", Addresses.mac(header.mac(6)), mac);
        return this;
    }

    /** Source MAC address as the low 48 bits. */
    public EthernetAssert src(long mac) {
        return src(Addresses.mac(mac));
    }

    /** Destination MAC address. */
    public EthernetAssert dst(String mac) {
        header.equalText("Ethernet destination", Addresses.mac(header.mac(0)), mac);
        return this;
    }

    /** Destination MAC address as the low 48 bits. */
    public EthernetAssert dst(long mac) {
        return dst(Addresses.mac(mac));
    }

    /** EtherType of the payload, behind the 802.1Q tag if there is one. */
    public EthernetAssert type(int etherType) {
        header.equalText("EtherType", hex(header.u16(l3Offset() - 2)), hex(etherType));
        return this;
    }

    /** The frame has an 802.1Q tag with this VLAN identifier. */
    public EthernetAssert vlan(int id) {
        header.require(tagged(), "no 802.1Q tag, EtherType " + hex(header.u16(12)));
        header.equal("VLAN identifier", header.u16(14) & 0xfff, id);
        return this;
    }

    /** The frame has no 802.1Q tag. */
    public EthernetAssert untagged() {
        header.require(!tagged(), "an 802.1Q tag that should not be there");
        return this;
    }

    /** Goes on with the IPv4 header. */
    public Ipv4Assert ipv4() {
        type(0x0800);
        return Ipv4Assert.whole(header.from(l3Offset(), 0, "IPv4 header"));
    }

    /** Goes on with the ARP packet. */
    public ArpAssert arp() {
        type(0x0806);
        return new ArpAssert(header.from(l3Offset(), ArpAssert.BYTES, "ARP packet"));
    }

    private boolean tagged() {
        return header.u16(12) == TYPE_VLAN && header.length() >= HEADER_BYTES + VLAN_BYTES;
    }

    private int l3Offset() {
        return HEADER_BYTES + (tagged() ? VLAN_BYTES : 0);
    }

    private static String hex(int type) {
        return String.format("0x%04x", type);
    }
}
