// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What TCP and UDP have in common: ports, a payload and a checksum that covers the pseudo-header.
 *
 * @param <B> the builder itself, so that calls chain
 */
public abstract class TransportBuilder<B extends TransportBuilder<B>> extends Ipv4Builder<B> {
    private static final int NEEDS_CSUM = 1;

    private enum Mode {
        RIGHT,
        WRONG,
        PARTIAL,
        GIVEN
    }

    private int srcPort = 40000;
    private int dstPort = 80;
    private byte[] payload = {};
    private Mode mode = Mode.RIGHT;
    private int givenChecksum;
    private int gsoSize;

    TransportBuilder() {}

    abstract int checksumOffset();

    abstract int headerBytes();

    abstract int gsoType();

    /** Writes the header with a checksum of 0. */
    abstract void putHeader(ByteBuffer target, int payloadBytes);

    /** Source address and port. */
    public final B src(String ip, int port) {
        return src(ip).srcPort(port);
    }

    /** Source address as 32 bits, and port. */
    public final B src(int ip, int port) {
        return src(ip).srcPort(port);
    }

    /** Destination address and port. */
    public final B dst(String ip, int port) {
        return dst(ip).dstPort(port);
    }

    /** Destination address as 32 bits, and port. */
    public final B dst(int ip, int port) {
        return dst(ip).dstPort(port);
    }

    /** Source port; 40000 unless set. */
    public final B srcPort(int port) {
        srcPort = port;
        return self();
    }

    /** Destination port; 80 unless set. */
    public final B dstPort(int port) {
        dstPort = port;
        return self();
    }

    /** Payload bytes. */
    public final B payload(byte[] bytes) {
        payload = bytes.clone();
        return self();
    }

    /** Payload as UTF-8 text. */
    public final B payload(String text) {
        return payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A payload of {@code length} bytes 0, 1, 2, ... that wrap round. */
    public final B payloadBytes(int length) {
        byte[] counting = new byte[length];
        for (int i = 0; i < length; i++) {
            counting[i] = (byte) i;
        }
        return payload(counting);
    }

    /** A wrong checksum, and never 0. */
    public final B badChecksum() {
        mode = Mode.WRONG;
        return self();
    }

    /**
     * A partial checksum, as a sender leaves it that counts on offload: the field holds the uncomplemented sum of the
     * pseudo-header, and {@link #vnetBytes} has NEEDS_CSUM set.
     */
    public final B partialChecksum() {
        mode = Mode.PARTIAL;
        return self();
    }

    /** This value in the checksum field; 0 means none in UDP. */
    public final B checksum(int field) {
        mode = Mode.GIVEN;
        givenChecksum = field;
        return self();
    }

    /** Makes {@link #vnetBytes} announce a super-frame of this segment size; implies {@link #partialChecksum}. */
    public final B gsoSize(int bytes) {
        gsoSize = bytes;
        return partialChecksum();
    }

    @Override
    final byte[] transport() {
        int length = headerBytes() + payload.length;
        ByteBuffer segment = ByteBuffer.allocate(length);
        segment.putShort((short) srcPort).putShort((short) dstPort);
        putHeader(segment, payload.length);
        segment.put(headerBytes(), payload);
        int partial = pseudoHeader(length);
        int right = PlainChecksum.of(segment.array(), 0, length, partial);
        return segment.putShort(checksumOffset(), (short) field(right == 0 ? 0xffff : right, partial))
                .array();
    }

    private int field(int right, int partial) {
        return switch (mode) {
            case RIGHT -> right;
            case WRONG -> right == 0x0100 ? 0x0300 : right ^ 0x0100;
            case PARTIAL -> partial;
            case GIVEN -> givenChecksum;
        };
    }

    @Override
    final void fillVnetHeader(ByteBuffer header) {
        if (mode == Mode.PARTIAL) {
            header.put(0, (byte) NEEDS_CSUM).putShort(6, (short) l4Offset()).putShort(8, (short) checksumOffset());
        }
        if (gsoSize > 0) {
            header.put(1, (byte) gsoType())
                    .putShort(2, (short) (l4Offset() + headerBytes()))
                    .putShort(4, (short) gsoSize);
        }
    }
}
