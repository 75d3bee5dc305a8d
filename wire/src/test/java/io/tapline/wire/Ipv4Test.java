// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Packets;
import io.tapline.testkit.PlainChecksum;
import io.tapline.testkit.Property;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Ipv4Test {
    private static byte[] packet(byte[] frame) {
        return Arrays.copyOfRange(frame, Ethernet.HEADER_BYTES, frame.length);
    }

    @Test
    void readsEveryField() {
        byte[] packet = packet(Packets.udp()
                .src("10.1.1.2")
                .dst("200.1.2.3")
                .tos(0xb8)
                .id(0xfedc)
                .dontFragment()
                .ttl(200)
                .payloadBytes(100)
                .bytes());
        try (Loaded data = Loaded.of(packet)) {
            long ip = data.address();
            assertThat(Ipv4.version(ip)).isEqualTo(4);
            assertThat(Ipv4.headerBytes(ip)).isEqualTo(20);
            assertThat(Ipv4.tos(ip)).isEqualTo(0xb8);
            assertThat(Ipv4.totalLength(ip)).isEqualTo(128);
            assertThat(Ipv4.id(ip)).isEqualTo(0xfedc);
            assertThat(Ipv4.flagsAndOffset(ip)).isEqualTo(Ipv4.FLAG_DF);
            assertThat(Ipv4.isFragment(ip)).isFalse();
            assertThat(Ipv4.ttl(ip)).isEqualTo(200);
            assertThat(Ipv4.protocol(ip)).isEqualTo(Ipv4.PROTOCOL_UDP);
            assertThat(Ipv4.source(ip)).isEqualTo(IpAddress.parseIpv4("10.1.1.2"));
            assertThat(Ipv4.destination(ip)).isEqualTo(IpAddress.parseIpv4("200.1.2.3"));
            assertThat(Ipv4.checksumIsRight(ip, 20)).isTrue();
            assertThat(Ipv4.checksum(ip)).isEqualTo(ByteBuffer.wrap(packet).getShort(10) & 0xffff);
        }
    }

    @Test
    void knowsFirstAndLaterFragments() {
        try (Loaded first = Loaded.of(packet(Packets.udp().fragment(0, true).bytes()));
                Loaded last =
                        Loaded.of(packet(Packets.udp().fragment(65_528, false).bytes()))) {
            assertThat(Ipv4.isFragment(first.address())).isTrue();
            assertThat(Ipv4.isFragment(last.address())).isTrue();
            assertThat(Ipv4.flagsAndOffset(last.address()) & Ipv4.OFFSET_MASK).isEqualTo(65_528 / 8);
        }
    }

    @Test
    void writesAHeaderAsTheBuilderDoes() {
        byte[] expected = Arrays.copyOf(
                packet(Packets.udp()
                        .src("10.1.1.2")
                        .dst("10.1.1.3")
                        .ttl(64)
                        .payloadBytes(65_507)
                        .bytes()),
                20);
        try (Loaded data = Loaded.zeros(20)) {
            Ipv4.write(data.address(), 65_535, 64, Ipv4.PROTOCOL_UDP, 0x0a010102, 0x0a010103);
            assertThat(data.bytes()).isEqualTo(expected);
        }
    }

    @Test
    void setsFieldsAndSumsTheHeaderWithItsOptionsAnew() {
        byte[] packet = packet(Packets.udp().ipOptions(1, 1, 1, 0).bytes());
        try (Loaded data = Loaded.of(packet)) {
            long ip = data.address();
            Ipv4.source(ip, 0x01020304);
            Ipv4.destination(ip, 0x05060708);
            Ipv4.id(ip, 0x1_2345);
            Ipv4.totalLength(ip, 33);
            assertThat(Ipv4.checksumIsRight(ip, 24)).isFalse();
            Ipv4.updateChecksum(ip);
            assertThat(Ipv4.source(ip)).isEqualTo(0x01020304);
            assertThat(Ipv4.destination(ip)).isEqualTo(0x05060708);
            assertThat(Ipv4.id(ip)).isEqualTo(0x2345);
            assertThat(Ipv4.totalLength(ip)).isEqualTo(33);
            assertThat(PlainChecksum.isRight(data.bytes(), 0, 24, 0)).isTrue();
        }
    }

    /** Whatever the checksum is, 0xfeff to 0xffff included, where the carry comes round. */
    @Test
    void decrementsTheTimeToLiveAsIfSummedAnew() {
        Property.holds("TTL", 50_000, draw -> {
            byte[] header = Arrays.copyOf(
                    packet(Packets.udp()
                            .src(draw.bits32())
                            .dst(draw.bits32())
                            .id(draw.bits16())
                            .ttl(draw.between(1, 255))
                            .bytes()),
                    20);
            if (draw.oneIn(3)) {
                setChecksum(header, draw.between(0xfe00, 0xfffe));
            }
            try (Loaded data = Loaded.of(header)) {
                Ipv4.decrementTtl(data.address());
                header[8]--;
                ByteBuffer.wrap(header).putShort(10, (short) 0);
                ByteBuffer.wrap(header).putShort(10, (short) PlainChecksum.of(header, 0, 20, 0));
                assertThat(data.bytes()).isEqualTo(header);
            }
        });
    }

    /** Makes {@code wanted} the right checksum by choosing the identification. */
    private static void setChecksum(byte[] header, int wanted) {
        ByteBuffer buffer = ByteBuffer.wrap(header);
        buffer.putShort(4, (short) 0).putShort(10, (short) wanted);
        buffer.putShort(4, (short) PlainChecksum.of(header, 0, 20, 0));
        assertThat(PlainChecksum.isRight(header, 0, 20, 0)).isTrue();
    }
}
