// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The IPv4 part of a packet. Lengths and the header checksum come out right unless a call says otherwise.
 *
 * @param <B> the builder itself, so that calls chain
 */
public abstract class Ipv4Builder<B extends Ipv4Builder<B>> extends FrameBuilder<B> {
    private static final int HEADER_BYTES = 20;
    private static final int DERIVED = -1;

    private int src = Addresses.ipv4("10.1.1.2");
    private int dst = Addresses.ipv4("10.1.2.2");
    private int ttl = 64;
    private int tos;
    private int id;
    private int flagsAndOffset;
    private byte[] options = {};
    private int version = 4;
    private int headerBytes = DERIVED;
    private int totalLength = DERIVED;
    private int checksum = DERIVED;
    private boolean badChecksum;

    Ipv4Builder() {}

    abstract int protocol();

    /** Header and payload of the transport, its checksum filled in. */
    abstract byte[] transport();

    /** Source address; 10.1.1.2 unless set. */
    public final B src(String ip) {
        return src(Addresses.ipv4(ip));
    }

    /** Source address as 32 bits. */
    public final B src(int ip) {
        src = ip;
        return self();
    }

    /** Destination address; 10.1.2.2 unless set. */
    public final B dst(String ip) {
        return dst(Addresses.ipv4(ip));
    }

    /** Destination address as 32 bits. */
    public final B dst(int ip) {
        dst = ip;
        return self();
    }

    /** Time to live; 64 unless set. */
    public final B ttl(int hops) {
        ttl = hops;
        return self();
    }

    /** Type of service octet. */
    public final B tos(int octet) {
        tos = octet;
        return self();
    }

    /** Identification. */
    public final B id(int identification) {
        id = identification;
        return self();
    }

    /** Forbids fragmentation. */
    public final B dontFragment() {
        flagsAndOffset |= 0x4000;
        return self();
    }

    /**
     * Marks the packet as a fragment. The builder still writes its transport header; a later fragment wants
     * {@link Packets#ipv4}, and {@link Packets#fragments} cuts a whole frame.
     *
     * @param offsetBytes where the payload belongs, a multiple of 8
     * @param more whether more fragments follow
     */
    public final B fragment(int offsetBytes, boolean more) {
        flagsAndOffset = (flagsAndOffset & 0xc000) | offsetBytes >>> 3 | (more ? 0x2000 : 0);
        return self();
    }

    /** Options of the IP header, padded with zeros to a multiple of 4. */
    public final B ipOptions(int... octets) {
        options = padded(octets);
        return self();
    }

    /** A version other than 4. */
    public final B version(int number) {
        version = number;
        return self();
    }

    /** A header length claim in bytes, a multiple of 4, that need not be true. */
    public final B claimHeaderBytes(int bytes) {
        headerBytes = bytes;
        return self();
    }

    /** A total length claim in bytes that need not be true. */
    public final B claimTotalLength(int bytes) {
        totalLength = bytes;
        return self();
    }

    /** This header checksum instead of the right one. */
    public final B ipChecksum(int field) {
        checksum = field;
        return self();
    }

    /** A wrong header checksum. */
    public final B badIpChecksum() {
        badChecksum = true;
        return self();
    }

    /** Offset in bytes of the transport header in {@link #bytes}. */
    public final int l4Offset() {
        return l3Offset() + HEADER_BYTES + options.length;
    }

    @Override
    final int etherType() {
        return 0x0800;
    }

    @Override
    final byte[] packet() {
        byte[] transport = transport();
        int header = HEADER_BYTES + options.length;
        ByteBuffer packet = ByteBuffer.allocate(header + transport.length);
        packet.put((byte) (version << 4 | (headerBytes == DERIVED ? header : headerBytes) >>> 2))
                .put((byte) tos)
                .putShort((short) (totalLength == DERIVED ? packet.capacity() : totalLength))
                .putShort((short) id)
                .putShort((short) flagsAndOffset)
                .put((byte) ttl)
                .put((byte) protocol())
                .putShort((short) 0)
                .putInt(src)
                .putInt(dst)
                .put(options)
                .put(transport);
        int right = PlainChecksum.of(packet.array(), 0, header, 0);
        int field = checksum == DERIVED ? right : checksum;
        return packet.putShort(10, (short) (badChecksum ? field ^ 0x0100 : field))
                .array();
    }

    final int pseudoHeader(int length) {
        return PlainChecksum.pseudoHeader(src, dst, protocol(), length);
    }

    static byte[] octets(int... values) {
        byte[] octets = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            octets[i] = (byte) values[i];
        }
        return octets;
    }

    static byte[] padded(int... values) {
        return Arrays.copyOf(octets(values), values.length + 3 & ~3);
    }
}
