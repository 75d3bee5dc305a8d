// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class PlainChecksumTest {
    @Test
    void exampleOfRfc1071SumsUp() {
        byte[] data = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertThat(PlainChecksum.sum(data, 0, 8)).isEqualTo(0xddf2);
        assertThat(PlainChecksum.of(data, 0, 8, 0)).isEqualTo(0x220d);
    }

    @Test
    void oddLastByteIsTheHighHalf() {
        assertThat(PlainChecksum.sum(new byte[] {1, 2, 3}, 0, 3)).isEqualTo(0x0402);
    }

    @Test
    void carryComesRound() {
        assertThat(PlainChecksum.add(0xffff, 1)).isEqualTo(1);
        assertThat(PlainChecksum.add(0xffff, 0)).isEqualTo(0xffff);
        assertThat(PlainChecksum.add(0xffff, 0xffff)).isEqualTo(0xffff);
    }

    @Test
    void realHeaderIsRight() {
        // The header of an ordinary UDP packet from 192.168.0.1 to 192.168.0.199.
        byte[] header = HexFormat.of().parseHex("45000073000040004011b861c0a80001c0a800c7");
        assertThat(PlainChecksum.isRight(header, 0, 20, 0)).isTrue();
        header[8]--;
        assertThat(PlainChecksum.isRight(header, 0, 20, 0)).isFalse();
    }
}
