// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Assertions about a TCP header; from {@link Ipv4Assert#tcp}. */
public final class TcpAssert {
    static final int HEADER_BYTES = 20;
    private static final int CHECKSUM_OFFSET = 16;

    private final Slice segment;
    private final int headerBytes;
    private final TransportChecksum checksum;

    TcpAssert(Slice segment, int pseudoHeader) {
        this.segment = segment;
        headerBytes = segment.u8(12) >>> 4 << 2;
        checksum = new TransportChecksum("TCP", segment, pseudoHeader, CHECKSUM_OFFSET);
        segment.require(
                headerBytes >= HEADER_BYTES && headerBytes <= segment.length(),
                "TCP header length " + headerBytes + " does not fit into " + segment.length() + " bytes");
    }

    /** Source port. */
    public TcpAssert srcPort(int port) {
        segment.equal("TCP source port", segment.u16(0), port);
        return this;
    }

    /** Destination port. */
    public TcpAssert dstPort(int port) {
        segment.equal("TCP destination port", segment.u16(2), port);
        return this;
    }

    /** Sequence number. */
    public TcpAssert seq(int number) {
        segment.equal("TCP sequence number", segment.i32(4), number);
        return this;
    }

    /** Acknowledgement number. */
    public TcpAssert ack(int number) {
        segment.equal("TCP acknowledgement number", segment.i32(8), number);
        return this;
    }

    /** Exactly these flags of {@link TcpFlags}. */
    public TcpAssert flags(int bits) {
        segment.equalText("TCP flags", TcpFlags.format(segment.u8(13)), TcpFlags.format(bits));
        return this;
    }

    /** Window, unscaled. */
    public TcpAssert window(int bytes) {
        segment.equal("TCP window", segment.u16(14), bytes);
        return this;
    }

    /** Options, padding included. */
    public TcpAssert options(int... octets) {
        segment.equalBytes("TCP options", segment.first(headerBytes).bytes(HEADER_BYTES), Ipv4Builder.octets(octets));
        return this;
    }

    /** The only option is this maximum segment size. */
    public TcpAssert mss(int bytes) {
        return options(2, 4, bytes >>> 8, bytes);
    }

    /** The checksum is complete and right. */
    public TcpAssert checksumOk() {
        checksum.ok();
        return this;
    }

    /** The checksum is not the complete and right one. */
    public TcpAssert checksumBad() {
        checksum.bad();
        return this;
    }

    /** The checksum is a right partial one: completing it as NEEDS_CSUM asks makes it right. */
    public TcpAssert checksumPartial() {
        checksum.partial();
        return this;
    }

    /** The payload is, byte for byte, this one. */
    public TcpAssert payload(byte[] expected) {
        segment.equalBytes("TCP payload", payload(), expected);
        return this;
    }

    /** The payload. */
    public byte[] payload() {
        return segment.bytes(headerBytes);
    }
}
