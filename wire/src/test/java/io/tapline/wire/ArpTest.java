// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArpTest {
    private static final byte[] REQUEST = packet(Packets.arpRequest()
            .sender("02:00:00:00:00:0a", "10.1.1.2")
            .target("02:00:00:00:00:0b", "200.1.1.1")
            .bytes());

    private static byte[] packet(byte[] frame) {
        return Arrays.copyOfRange(frame, Ethernet.HEADER_BYTES, frame.length);
    }

    @Test
    void readsEveryField() {
        try (Loaded data = Loaded.of(REQUEST)) {
            long arp = data.address();
            assertThat(Arp.isValid(arp, Arp.BYTES)).isTrue();
            assertThat(Arp.operation(arp)).isEqualTo(Arp.REQUEST);
            assertThat(Arp.senderMac(arp)).isEqualTo(0x0200_0000_000aL);
            assertThat(Arp.senderIp(arp)).isEqualTo(IpAddress.parseIpv4("10.1.1.2"));
            assertThat(Arp.targetMac(arp)).isEqualTo(0x0200_0000_000bL);
            assertThat(Arp.targetIp(arp)).isEqualTo(IpAddress.parseIpv4("200.1.1.1"));
        }
    }

    @Test
    void writesWhatTheBuilderBuilds() {
        try (Loaded data = Loaded.zeros(Arp.BYTES)) {
            Arp.write(
                    data.address(),
                    Arp.REQUEST,
                    0x0200_0000_000aL,
                    IpAddress.parseIpv4("10.1.1.2"),
                    0x0200_0000_000bL,
                    IpAddress.parseIpv4("200.1.1.1"));
            assertThat(data.bytes()).isEqualTo(REQUEST);
        }
    }

    @Test
    void refusesEveryTruncationWithoutReadingBeyondIt() {
        for (int length = 0; length < Arp.BYTES; length++) {
            try (Loaded data = Loaded.of(Arrays.copyOf(REQUEST, length))) {
                assertThat(Arp.isValid(data.address(), length)).isFalse();
            }
        }
    }

    @Test
    void refusesEveryOtherHardwareProtocolLengthAndOperation() {
        for (int at : List.of(0, 1, 2, 3, 4, 5, 6, 7)) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = REQUEST.clone();
                changed[at] ^= (byte) (1 << bit);
                try (Loaded data = Loaded.of(changed)) {
                    assertThat(Arp.isValid(data.address(), Arp.BYTES))
                            .as("octet %d bit %d", at, bit)
                            .isFalse();
                }
            }
        }
    }
}
