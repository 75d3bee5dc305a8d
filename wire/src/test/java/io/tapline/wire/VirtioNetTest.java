// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import io.tapline.testkit.Property;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VirtioNetTest {
    private static final int FRAME_BYTES = 1000;

    private static boolean check(int flags, int gsoType, int gsoSize, int csumStart, int csumOffset) {
        try (Loaded header = Loaded.zeros(VirtioNet.HEADER_BYTES)) {
            VirtioNet.write(header.address(), flags, gsoType, 54, gsoSize, csumStart, csumOffset);
            return VirtioNet.check(header.address(), FRAME_BYTES);
        }
    }

    @Test
    void readsWhatTheBuildersWrite() {
        byte[] whole = Packets.tcp().payloadBytes(3000).gsoSize(1448).vnetBytes();
        try (Loaded header = Loaded.of(Arrays.copyOf(whole, VirtioNet.HEADER_BYTES))) {
            long at = header.address();
            assertThat(VirtioNet.flags(at)).isEqualTo(VirtioNet.NEEDS_CSUM);
            assertThat(VirtioNet.needsChecksum(at)).isTrue();
            assertThat(VirtioNet.gsoType(at)).isEqualTo(VirtioNet.GSO_TCPV4);
            assertThat(VirtioNet.headerLength(at)).isEqualTo(54);
            assertThat(VirtioNet.gsoSize(at)).isEqualTo(1448);
            assertThat(VirtioNet.csumStart(at)).isEqualTo(34);
            assertThat(VirtioNet.csumOffset(at)).isEqualTo(16);
            assertThat(VirtioNet.bufferCount(at)).isEqualTo(1);
        }
    }

    @Test
    void writesAHeaderThatAsksForNothing() {
        byte[] noise = new byte[VirtioNet.HEADER_BYTES];
        Arrays.fill(noise, (byte) 0xff);
        try (Loaded header = Loaded.of(noise)) {
            VirtioNet.clear(header.address());
            assertThat(Arrays.copyOf(header.bytes(), 10)).containsOnly(0);
            assertThat(VirtioNet.bufferCount(header.address())).isEqualTo(1);
            assertThat(VirtioNet.check(header.address(), 0)).isTrue();
        }
    }

    @Test
    void ignoresEcnInTheSegmentationType() {
        try (Loaded header = Loaded.zeros(VirtioNet.HEADER_BYTES)) {
            Memory.putU8(header.address() + 1, VirtioNet.GSO_TCPV4 | VirtioNet.GSO_ECN);
            assertThat(VirtioNet.segmentation(header.address())).isEqualTo(VirtioNet.GSO_TCPV4);
        }
    }

    @Test
    void acceptsWhatLinuxSends() {
        assertThat(check(0, VirtioNet.GSO_NONE, 0, 0, 0)).isTrue();
        assertThat(check(VirtioNet.DATA_VALID, VirtioNet.GSO_NONE, 0, 0, 0)).isTrue();
        assertThat(check(VirtioNet.NEEDS_CSUM, VirtioNet.GSO_NONE, 0, 34, 16)).isTrue();
        assertThat(check(VirtioNet.NEEDS_CSUM, VirtioNet.GSO_TCPV4, 1448, 34, 16))
                .isTrue();
        assertThat(check(VirtioNet.NEEDS_CSUM, VirtioNet.GSO_TCPV6, 1428, 54, 16))
                .isTrue();
        assertThat(check(VirtioNet.NEEDS_CSUM, VirtioNet.GSO_UDP_L4, 1472, 34, 6))
                .isTrue();
    }

    @Test
    void refusesNonsense() {
        assertThat(check(0, VirtioNet.GSO_TCPV4, 1448, 34, 16))
                .as("a super-frame whose checksum is complete")
                .isFalse();
        assertThat(check(VirtioNet.NEEDS_CSUM, VirtioNet.GSO_TCPV4, 0, 34, 16))
                .as("segments of nothing")
                .isFalse();
        assertThat(check(VirtioNet.NEEDS_CSUM, 3, 1448, 34, 6))
                .as("UFO, which left Linux")
                .isFalse();
        assertThat(check(VirtioNet.NEEDS_CSUM, 0x7f, 1448, 34, 16))
                .as("an unknown type")
                .isFalse();
        assertThat(check(VirtioNet.NEEDS_CSUM, 0, 0, 13, 16))
                .as("a checksum of Ethernet")
                .isFalse();
        assertThat(check(VirtioNet.NEEDS_CSUM, 0, 0, FRAME_BYTES - 1, 0))
                .as("half a checksum field")
                .isFalse();
        assertThat(check(VirtioNet.NEEDS_CSUM, 0, 0, FRAME_BYTES - 2, 0))
                .as("the last two bytes")
                .isTrue();
        assertThat(check(VirtioNet.NEEDS_CSUM, 0, 0, 0xffff, 0xffff))
                .as("far outside")
                .isFalse();
    }

    @Test
    void acceptsNoChecksumFieldOutsideTheFrame() {
        Property.holds("an accepted header points into the frame", 50_000, draw -> {
            byte[] bytes = draw.bytes(VirtioNet.HEADER_BYTES);
            int frameBytes = draw.below(70_000);
            try (Loaded header = Loaded.of(bytes)) {
                long at = header.address();
                if (VirtioNet.check(at, frameBytes) && VirtioNet.needsChecksum(at)) {
                    int field = VirtioNet.csumStart(at) + VirtioNet.csumOffset(at);
                    assertThat(field).isBetween(Ethernet.HEADER_BYTES, frameBytes - 2);
                }
            }
        });
    }
}
