// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UdpTest {
    @Test
    void readsAndSetsFields() {
        byte[] frame = Packets.udp()
                .srcPort(53)
                .dstPort(65_535)
                .payloadBytes(10)
                .checksum(0xfedc)
                .bytes();
        try (Loaded data = Loaded.of(Arrays.copyOfRange(frame, 34, frame.length))) {
            long udp = data.address();
            assertThat(Udp.sourcePort(udp)).isEqualTo(53);
            assertThat(Udp.destinationPort(udp)).isEqualTo(65_535);
            assertThat(Udp.length(udp)).isEqualTo(18);
            assertThat(Udp.checksum(udp)).isEqualTo(0xfedc);
            Udp.length(udp, 65_535);
            assertThat(Udp.length(udp)).isEqualTo(65_535);
        }
    }
}
