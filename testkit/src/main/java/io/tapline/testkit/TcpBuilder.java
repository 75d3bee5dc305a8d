// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;

/** Builds TCP segments over IPv4; from {@link Packets#tcp}. */
public final class TcpBuilder extends TransportBuilder<TcpBuilder> {
    private static final int HEADER_BYTES = 20;
    private static final int GSO_TCPV4 = 1;

    private int sequence = 1000;
    private int acknowledgement;
    private int flags = TcpFlags.ACK;
    private int window = 65535;
    private int urgent;
    private int claimedHeaderBytes = -1;
    private byte[] options = {};

    TcpBuilder() {}

    /** Flags of {@link TcpFlags}, or-ed; ACK unless set. */
    public TcpBuilder flags(int bits) {
        flags = bits;
        return this;
    }

    /** Sequence number; 1000 unless set. */
    public TcpBuilder seq(int number) {
        sequence = number;
        return this;
    }

    /** Acknowledgement number. */
    public TcpBuilder ack(int number) {
        acknowledgement = number;
        return this;
    }

    /** Window, unscaled; 65535 unless set. */
    public TcpBuilder window(int bytes) {
        window = bytes;
        return this;
    }

    /** Urgent pointer. */
    public TcpBuilder urgent(int pointer) {
        urgent = pointer;
        return this;
    }

    /** Options of the TCP header, padded with zeros to a multiple of 4. */
    public TcpBuilder tcpOptions(int... octets) {
        options = padded(octets);
        return this;
    }

    /** Only option: the maximum segment size. */
    public TcpBuilder mss(int bytes) {
        return tcpOptions(2, 4, bytes >>> 8, bytes);
    }

    /** A data offset claim in bytes, a multiple of 4, that need not be true. */
    public TcpBuilder claimTcpHeaderBytes(int bytes) {
        claimedHeaderBytes = bytes;
        return this;
    }

    @Override
    TcpBuilder self() {
        return this;
    }

    @Override
    int protocol() {
        return 6;
    }

    @Override
    int checksumOffset() {
        return 16;
    }

    @Override
    int headerBytes() {
        return HEADER_BYTES + options.length;
    }

    @Override
    int gsoType() {
        return GSO_TCPV4;
    }

    @Override
    void putHeader(ByteBuffer target, int payloadBytes) {
        int offset = claimedHeaderBytes < 0 ? headerBytes() : claimedHeaderBytes;
        target.putInt(sequence)
                .putInt(acknowledgement)
                .put((byte) (offset << 2))
                .put((byte) flags)
                .putShort((short) window)
                .putShort((short) 0)
                .putShort((short) urgent)
                .put(options);
    }
}
