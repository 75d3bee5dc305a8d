// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/** Ethernet II header (IEEE 802.3), and the 802.1Q tag that may follow the addresses. */
public final class Ethernet {
    /** Header length in bytes, without a tag. */
    public static final int HEADER_BYTES = 14;
    /** Length in bytes of one 802.1Q tag. */
    public static final int VLAN_TAG_BYTES = 4;
    /** EtherType of IPv4. */
    public static final int TYPE_IPV4 = 0x0800;
    /** EtherType of ARP. */
    public static final int TYPE_ARP = 0x0806;
    /** EtherType of an 802.1Q tag. */
    public static final int TYPE_VLAN = 0x8100;
    /** EtherType of an 802.1ad service tag. */
    public static final int TYPE_QINQ = 0x88a8;
    /** EtherType of IPv6. */
    public static final int TYPE_IPV6 = 0x86dd;

    private Ethernet() {}

    /** Destination MAC address. */
    public static long destination(long header) {
        return MacAddress.read(header);
    }

    /** Source MAC address. */
    public static long source(long header) {
        return MacAddress.read(header + 6);
    }

    /** EtherType of an untagged frame, or the tag's own type. */
    public static int type(long header) {
        return Memory.u16(header + 12);
    }

    /** VLAN identifier, 0..4095, of a tagged frame. */
    public static int vlanId(long header) {
        return Memory.u16(header + 14) & 0xfff;
    }

    /** EtherType behind one 802.1Q tag. */
    public static int taggedType(long header) {
        return Memory.u16(header + 16);
    }

    /** Writes a whole untagged header. */
    public static void write(long header, long destination, long source, int type) {
        MacAddress.write(header, destination);
        MacAddress.write(header + 6, source);
        Memory.putU16(header + 12, type);
    }
}
