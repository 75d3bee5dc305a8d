// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds ICMP messages over IPv4; from {@link Packets#echoRequest} and its kin. */
public final class IcmpBuilder extends Ipv4Builder<IcmpBuilder> {
    private static final int HEADER_BYTES = 8;
    private static final int ETHERNET_BYTES_UNTAGGED = 14;

    private final int type;
    private final int code;
    private int rest;
    private byte[] payload = {};
    private boolean badChecksum;

    IcmpBuilder(int type, int code) {
        this.type = type;
        this.code = code;
    }

    /** Identifier of an echo message. */
    public IcmpBuilder identifier(int number) {
        rest = number << 16 | (rest & 0xffff);
        return this;
    }

    /** Sequence number of an echo message. */
    public IcmpBuilder sequence(int number) {
        rest = (rest & 0xffff_0000) | (number & 0xffff);
        return this;
    }

    /** Next-hop MTU in bytes of a "fragmentation needed" message (RFC 1191). */
    public IcmpBuilder mtu(int bytes) {
        return sequence(bytes);
    }

    /** Payload bytes. */
    public IcmpBuilder payload(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    /** Payload as UTF-8 text. */
    public IcmpBuilder payload(String text) {
        return payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Quotes the packet of an untagged frame as an ICMP error does, at most {@code limitBytes} of it. */
    public IcmpBuilder quote(byte[] frame, int limitBytes) {
        int end = Math.min(frame.length, ETHERNET_BYTES_UNTAGGED + limitBytes);
        return payload(Arrays.copyOfRange(frame, ETHERNET_BYTES_UNTAGGED, end));
    }

    /** A wrong checksum. */
    public IcmpBuilder badChecksum() {
        badChecksum = true;
        return this;
    }

    @Override
    IcmpBuilder self() {
        return this;
    }

    @Override
    int protocol() {
        return 1;
    }

    @Override
    byte[] transport() {
        ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        message.put((byte) type)
                .put((byte) code)
                .putShort((short) 0)
                .putInt(rest)
                .put(payload);
        int right = PlainChecksum.of(message.array(), 0, message.capacity(), 0);
        return message.putShort(2, (short) (badChecksum ? right ^ 0x0100 : right))
                .array();
    }
}
