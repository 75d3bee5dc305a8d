// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Builds frames with any EtherType and any payload; from {@link Packets#ethernet}. */
public final class RawFrameBuilder extends FrameBuilder<RawFrameBuilder> {
    private final int etherType;
    private byte[] payload = {};

    RawFrameBuilder(int etherType) {
        this.etherType = etherType;
    }

    /** Everything behind the Ethernet header. */
    public RawFrameBuilder payload(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    @Override
    RawFrameBuilder self() {
        return this;
    }

    @Override
    int etherType() {
        return etherType;
    }

    @Override
    byte[] packet() {
        return payload;
    }
}
