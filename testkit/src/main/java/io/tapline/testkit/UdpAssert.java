// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Assertions about a UDP header; from {@link Ipv4Assert#udp}. */
public final class UdpAssert {
    static final int HEADER_BYTES = 8;
    private static final int CHECKSUM_OFFSET = 6;
    private static final int VXLAN_BYTES = 8;

    private final Slice datagram;
    private final TransportChecksum checksum;

    UdpAssert(Slice datagram, int pseudoHeader) {
        this.datagram = datagram;
        checksum = new TransportChecksum("UDP", datagram, pseudoHeader, CHECKSUM_OFFSET);
    }

    /** Source port. */
    public UdpAssert srcPort(int port) {
        datagram.equal("UDP source port", datagram.u16(0), port);
        return this;
    }

    /** Destination port. */
    public UdpAssert dstPort(int port) {
        datagram.equal("UDP destination port", datagram.u16(2), port);
        return this;
    }

    /** The length field agrees with the packet's own length. */
    public UdpAssert lengthOk() {
        return length(datagram.length());
    }

    /** Length field: header and payload in bytes. */
    public UdpAssert length(int bytes) {
        datagram.equal("UDP length", datagram.u16(4), bytes);
        return this;
    }

    /** There is a checksum, complete and right. */
    public UdpAssert checksumOk() {
        datagram.require(datagram.u16(CHECKSUM_OFFSET) != 0, "UDP checksum is 0, which says that there is none");
        checksum.ok();
        return this;
    }

    /** The checksum field says that there is none. */
    public UdpAssert noChecksum() {
        datagram.equal("UDP checksum", datagram.u16(CHECKSUM_OFFSET), 0);
        return this;
    }

    /** The checksum is not the complete and right one. */
    public UdpAssert checksumBad() {
        checksum.bad();
        return this;
    }

    /** The checksum is a right partial one: completing it as NEEDS_CSUM asks makes it right. */
    public UdpAssert checksumPartial() {
        checksum.partial();
        return this;
    }

    /** The payload is, byte for byte, this one. */
    public UdpAssert payload(byte[] expected) {
        datagram.equalBytes("UDP payload", payload(), expected);
        return this;
    }

    /** The payload. */
    public byte[] payload() {
        return datagram.bytes(HEADER_BYTES);
    }

    /** Goes on with the frame inside a VXLAN packet with this network identifier (RFC 7348). */
    public FrameAssert vxlan(int vni) {
        dstPort(4789);
        Slice header = datagram.from(HEADER_BYTES, VXLAN_BYTES, "VXLAN header");
        header.equal("VXLAN flags", header.i32(0), 0x0800_0000);
        header.equal("VXLAN network identifier", header.i32(4) >>> 8, vni);
        return FrameAssert.assertFrame(header.bytes(VXLAN_BYTES));
    }
}
