// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TcpTest {
    @Test
    void readsAndSetsFields() {
        byte[] frame = Packets.tcp()
                .srcPort(65_535)
                .dstPort(8080)
                .seq(0xfedcba98)
                .ack(0x89abcdef)
                .window(0xfffe)
                .flags(Tcp.CWR | Tcp.ECE | Tcp.SYN)
                .mss(1460)
                .bytes();
        byte[] segment = Arrays.copyOfRange(frame, 34, frame.length);
        try (Loaded data = Loaded.of(segment)) {
            long tcp = data.address();
            assertThat(Tcp.sourcePort(tcp)).isEqualTo(65_535);
            assertThat(Tcp.destinationPort(tcp)).isEqualTo(8080);
            assertThat(Tcp.sequence(tcp)).isEqualTo(0xfedcba98);
            assertThat(Tcp.acknowledgement(tcp)).isEqualTo(0x89abcdef);
            assertThat(Tcp.window(tcp)).isEqualTo(0xfffe);
            assertThat(Tcp.flags(tcp)).isEqualTo(Tcp.CWR | Tcp.ECE | Tcp.SYN);
            assertThat(Tcp.headerBytes(tcp)).isEqualTo(24);
            int checksum = ((segment[16] & 0xff) << 8) | (segment[17] & 0xff);
            assertThat(Tcp.checksum(tcp)).isEqualTo(checksum);
            Tcp.sequence(tcp, -2);
            Tcp.flags(tcp, Tcp.FIN | Tcp.ACK);
            assertThat(Tcp.sequence(tcp)).isEqualTo(-2);
            assertThat(Tcp.flags(tcp)).isEqualTo(Tcp.FIN | Tcp.ACK);
            assertThat(Tcp.headerBytes(tcp)).isEqualTo(24);
        }
    }

    @Test
    void tellsHeaderLengthsAsTheyAreClaimed() {
        for (int bytes = 0; bytes <= 60; bytes += 4) {
            byte[] frame = Packets.tcp().claimTcpHeaderBytes(bytes).bytes();
            try (Loaded data = Loaded.of(Arrays.copyOfRange(frame, 34, frame.length))) {
                assertThat(Tcp.headerBytes(data.address())).isEqualTo(bytes);
            }
        }
    }
}
