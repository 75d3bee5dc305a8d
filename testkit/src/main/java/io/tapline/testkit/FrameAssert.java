// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/**
 * Fluent assertions about a frame, layer by layer:
 *
 * <pre>{@code
 * assertFrame(bytes)
 *         .ethernet().dst("02:fe:00:00:00:02")
 *         .ipv4().src("10.1.1.2").ttl(63).checksumOk()
 *         .tcp().dstPort(80).flags(SYN).checksumOk();
 * }</pre>
 *
 * <p>Each step to a layer first asserts that its header is there and well formed, so no byte outside the frame, or of
 * the padding behind the packet, is ever taken for content. Failures name the field and show the frame.
 */
public final class FrameAssert {
    private final Slice frame;

    private FrameAssert(Slice frame) {
        this.frame = frame;
    }

    /** Starts with a whole Ethernet frame. */
    public static FrameAssert assertFrame(byte[] frame) {
        return new FrameAssert(Slice.of(frame.clone()));
    }

    /** Starts with an IPv4 packet that has no Ethernet header. */
    public static Ipv4Assert assertPacket(byte[] packet) {
        return Ipv4Assert.whole(Slice.of(packet.clone()));
    }

    /** The frame has this length in bytes. */
    public FrameAssert length(int bytes) {
        frame.equal("frame length", frame.length(), bytes);
        return this;
    }

    /** The frame is, byte for byte, this one. */
    public FrameAssert isEqualTo(byte[] expected) {
        frame.equalBytes("frame", frame.bytes(0), expected);
        return this;
    }

    /** Goes on with the Ethernet header. */
    public EthernetAssert ethernet() {
        return new EthernetAssert(frame.from(0, EthernetAssert.HEADER_BYTES, "Ethernet header"));
    }

    /** Skips the Ethernet header. */
    public Ipv4Assert ipv4() {
        return ethernet().ipv4();
    }

    /** Skips the Ethernet header. */
    public ArpAssert arp() {
        return ethernet().arp();
    }
}
