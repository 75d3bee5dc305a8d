// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Assertions about an ICMP message; from {@link Ipv4Assert#icmp}. */
public final class IcmpAssert {
    static final int HEADER_BYTES = 8;

    private final Slice message;

    IcmpAssert(Slice message) {
        this.message = message;
    }

    /** Message type. */
    public IcmpAssert type(int number) {
        message.equal("ICMP type", message.u8(0), number);
        return this;
    }

    /** Message code. */
    public IcmpAssert code(int number) {
        message.equal("ICMP code", message.u8(1), number);
        return this;
    }

    /** The message is an echo request. */
    public IcmpAssert echoRequest() {
        return type(8).code(0);
    }

    /** The message is an echo reply. */
    public IcmpAssert echoReply() {
        return type(0).code(0);
    }

    /** Identifier of an echo message. */
    public IcmpAssert identifier(int number) {
        message.equal("ICMP identifier", message.u16(4), number);
        return this;
    }

    /** Sequence number of an echo message. */
    public IcmpAssert sequence(int number) {
        message.equal("ICMP sequence number", message.u16(6), number);
        return this;
    }

    /** Next-hop MTU in bytes of a "fragmentation needed" message. */
    public IcmpAssert mtu(int bytes) {
        message.equal("ICMP next-hop MTU", message.u16(6), bytes);
        return this;
    }

    /** The checksum is right. */
    public IcmpAssert checksumOk() {
        int sum = message.sum();
        message.require(sum == 0xffff, String.format("ICMP message sums up to 0x%04x, not to 0xffff", sum));
        return this;
    }

    /** The checksum is wrong. */
    public IcmpAssert checksumBad() {
        message.require(message.sum() != 0xffff, "ICMP checksum is right");
        return this;
    }

    /** The payload is, byte for byte, this one. */
    public IcmpAssert payload(byte[] expected) {
        message.equalBytes("ICMP payload", payload(), expected);
        return this;
    }

    /** The payload. */
    public byte[] payload() {
        return message.bytes(HEADER_BYTES);
    }

    /** Goes on with the packet that an error quotes, of which only the first bytes need to be there. */
    public Ipv4Assert quoted() {
        return Ipv4Assert.quoted(message.from(HEADER_BYTES, 0, "quoted packet"));
    }
}
