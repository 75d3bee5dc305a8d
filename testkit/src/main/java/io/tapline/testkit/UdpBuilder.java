// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;

/** Builds UDP datagrams over IPv4; from {@link Packets#udp}. */
public final class UdpBuilder extends TransportBuilder<UdpBuilder> {
    private static final int HEADER_BYTES = 8;
    private static final int GSO_UDP_L4 = 5;

    private int claimedLength = -1;

    UdpBuilder() {}

    /** No checksum, which RFC 768 writes as 0. */
    public UdpBuilder noChecksum() {
        return checksum(0);
    }

    /** A length claim in bytes that need not be true. */
    public UdpBuilder claimUdpLength(int bytes) {
        claimedLength = bytes;
        return this;
    }

    @Override
    UdpBuilder self() {
        return this;
    }

    @Override
    int protocol() {
        return 17;
    }

    @Override
    int checksumOffset() {
        return 6;
    }

    @Override
    int headerBytes() {
        return HEADER_BYTES;
    }

    @Override
    int gsoType() {
        return GSO_UDP_L4;
    }

    @Override
    void putHeader(ByteBuffer target, int payloadBytes) {
        int length = claimedLength < 0 ? HEADER_BYTES + payloadBytes : claimedLength;
        target.putShort((short) length).putShort((short) 0);
    }
}
