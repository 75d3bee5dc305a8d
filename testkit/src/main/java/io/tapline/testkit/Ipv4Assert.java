// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Assertions about an IPv4 header; from {@link FrameAssert#ipv4}. */
public final class Ipv4Assert {
    private static final int HEADER_BYTES = 20;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET_MASK = 0x1fff;

    private final Slice packet;
    private final int headerBytes;

    private Ipv4Assert(Slice packet, int headerBytes) {
        this.packet = packet;
        this.headerBytes = headerBytes;
    }

    /** A packet all of whose bytes must be there; what lies behind it is padding. */
    static Ipv4Assert whole(Slice rest) {
        Ipv4Assert header = quoted(rest);
        int total = rest.u16(2);
        rest.require(
                total <= rest.length(),
                "IPv4 total length " + total + ", but only " + rest.length() + " bytes are left");
        return header;
    }

    /** A packet that an ICMP error quotes and may have cut short. */
    static Ipv4Assert quoted(Slice rest) {
        Slice packet = rest.from(0, HEADER_BYTES, "IPv4 header");
        packet.equal("IPv4 version", packet.u8(0) >>> 4, 4);
        int headerBytes = (packet.u8(0) & 15) << 2;
        int total = packet.u16(2);
        packet.require(
                headerBytes >= HEADER_BYTES && headerBytes <= packet.length() && headerBytes <= total,
                "IPv4 header length " + headerBytes + " does not fit, total length " + total);
        return new Ipv4Assert(packet.first(total), headerBytes);
    }

    /** Source address. */
    public Ipv4Assert src(String ip) {
        packet.equalText("IPv4 source", Addresses.ipv4(packet.i32(12)), ip);
        return this;
    }

    /** Source address as 32 bits. */
    public Ipv4Assert src(int ip) {
        return src(Addresses.ipv4(ip));
    }

    /** Destination address. */
    public Ipv4Assert dst(String ip) {
        packet.equalText("IPv4 destination", Addresses.ipv4(packet.i32(16)), ip);
        return this;
    }

    /** Destination address as 32 bits. */
    public Ipv4Assert dst(int ip) {
        return dst(Addresses.ipv4(ip));
    }

    /** Time to live. */
    public Ipv4Assert ttl(int hops) {
        packet.equal("IPv4 time to live", packet.u8(8), hops);
        return this;
    }

    /** Type of service octet. */
    public Ipv4Assert tos(int octet) {
        packet.equal("IPv4 type of service", packet.u8(1), octet);
        return this;
    }

    /** Identification. */
    public Ipv4Assert id(int identification) {
        packet.equal("IPv4 identification", packet.u16(4), identification);
        return this;
    }

    /** Protocol number. */
    public Ipv4Assert protocol(int number) {
        packet.equal("IPv4 protocol", packet.u8(9), number);
        return this;
    }

    /** Total length in bytes. */
    public Ipv4Assert totalLength(int bytes) {
        packet.equal("IPv4 total length", packet.u16(2), bytes);
        return this;
    }

    /** Options, padding included. */
    public Ipv4Assert options(int... octets) {
        byte[] actual = packet.first(headerBytes).bytes(HEADER_BYTES);
        packet.equalBytes("IPv4 options", actual, Ipv4Builder.octets(octets));
        return this;
    }

    /** Fragmentation is forbidden. */
    public Ipv4Assert dontFragment() {
        packet.require((packet.u16(6) & DONT_FRAGMENT) != 0, "IPv4 DF is not set");
        return this;
    }

    /** Fragmentation is allowed. */
    public Ipv4Assert mayFragment() {
        packet.require((packet.u16(6) & DONT_FRAGMENT) == 0, "IPv4 DF is set");
        return this;
    }

    /** The packet is no fragment. */
    public Ipv4Assert notFragment() {
        return fragment(0, false);
    }

    /** The packet is the part of a datagram at {@code offsetBytes}. */
    public Ipv4Assert fragment(int offsetBytes, boolean more) {
        packet.equal("IPv4 fragment offset in bytes", (packet.u16(6) & OFFSET_MASK) << 3, offsetBytes);
        packet.require((packet.u16(6) & MORE_FRAGMENTS) != 0 == more, "IPv4 MF is " + !more);
        return this;
    }

    /** The header checksum is right. */
    public Ipv4Assert checksumOk() {
        int sum = packet.first(headerBytes).sum();
        packet.require(sum == 0xffff, String.format("IPv4 header sums up to 0x%04x, not to 0xffff", sum));
        return this;
    }

    /** The header checksum is wrong. */
    public Ipv4Assert checksumBad() {
        packet.require(packet.first(headerBytes).sum() != 0xffff, "IPv4 header checksum is right");
        return this;
    }

    /** The payload is, byte for byte, this one. */
    public Ipv4Assert payload(byte[] expected) {
        packet.equalBytes("IPv4 payload", payload(), expected);
        return this;
    }

    /** The payload. */
    public byte[] payload() {
        return packet.bytes(headerBytes);
    }

    /** Goes on with the TCP header. */
    public TcpAssert tcp() {
        return new TcpAssert(transport(6, TcpAssert.HEADER_BYTES, "TCP header"), pseudoHeader());
    }

    /** Goes on with the UDP header. */
    public UdpAssert udp() {
        return new UdpAssert(transport(17, UdpAssert.HEADER_BYTES, "UDP header"), pseudoHeader());
    }

    /** Goes on with the ICMP header. */
    public IcmpAssert icmp() {
        return new IcmpAssert(transport(1, IcmpAssert.HEADER_BYTES, "ICMP header"));
    }

    /** Goes on with the first ports of a TCP or UDP header that an ICMP error may have cut behind eight bytes. */
    public Ipv4Assert ports(int source, int destination) {
        Slice transport = packet.from(headerBytes, 4, "ports");
        packet.equal("source port", transport.u16(0), source);
        packet.equal("destination port", transport.u16(2), destination);
        return this;
    }

    private Slice transport(int protocol, int minimum, String what) {
        protocol(protocol);
        packet.equal("IPv4 fragment offset in bytes", (packet.u16(6) & OFFSET_MASK) << 3, 0);
        return packet.from(headerBytes, minimum, what);
    }

    private int pseudoHeader() {
        int length = packet.length() - headerBytes;
        return PlainChecksum.pseudoHeader(packet.i32(12), packet.i32(16), packet.u8(9), length);
    }
}
