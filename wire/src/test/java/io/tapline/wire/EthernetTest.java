// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import org.junit.jupiter.api.Test;

class EthernetTest {
    @Test
    void readsAnUntaggedHeader() {
        byte[] frame = Packets.udp()
                .srcMac("02:00:00:00:00:0a")
                .dstMac("02:00:00:00:00:0b")
                .bytes();
        try (Loaded data = Loaded.of(frame)) {
            assertThat(Ethernet.source(data.address())).isEqualTo(0x0200_0000_000aL);
            assertThat(Ethernet.destination(data.address())).isEqualTo(0x0200_0000_000bL);
            assertThat(Ethernet.type(data.address())).isEqualTo(Ethernet.TYPE_IPV4);
        }
    }

    @Test
    void readsATag() {
        try (Loaded data = Loaded.of(Packets.udp().vlan(0xffe).bytes())) {
            Memory.putU8(data.address() + 14, 0xef); // priority and drop bits must not matter
            assertThat(Ethernet.type(data.address())).isEqualTo(Ethernet.TYPE_VLAN);
            assertThat(Ethernet.vlanId(data.address())).isEqualTo(0xffe);
            assertThat(Ethernet.taggedType(data.address())).isEqualTo(Ethernet.TYPE_IPV4);
        }
    }

    @Test
    void writesAHeaderAndNothingMore() {
        try (Loaded data = Loaded.zeros(Ethernet.HEADER_BYTES)) {
            Ethernet.write(data.address(), 0x0200_0000_000bL, 0x0200_0000_000aL, Ethernet.TYPE_IPV6);
            assertFrame(data.bytes()).ethernet().src("02:00:00:00:00:0a").dst("02:00:00:00:00:0b");
            assertThat(Ethernet.type(data.address())).isEqualTo(Ethernet.TYPE_IPV6);
        }
    }
}
