// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Builds IPv4 packets with any protocol number and any payload; from {@link Packets#ipv4}. */
public final class RawIpv4Builder extends Ipv4Builder<RawIpv4Builder> {
    private final int protocol;
    private byte[] payload = {};

    RawIpv4Builder(int protocol) {
        this.protocol = protocol;
    }

    /** Everything behind the IP header. */
    public RawIpv4Builder payload(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    @Override
    RawIpv4Builder self() {
        return this;
    }

    @Override
    int protocol() {
        return protocol;
    }

    @Override
    byte[] transport() {
        return payload;
    }
}
