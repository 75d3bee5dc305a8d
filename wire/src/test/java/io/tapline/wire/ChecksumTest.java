// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.PlainChecksum;
import io.tapline.testkit.Property;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private static final int RUNS = 20_000;

    @Test
    void sumsTheExampleOfRfc1071() {
        try (Loaded data =
                Loaded.of(new byte[] {0, 1, (byte) 0xf2, 3, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7})) {
            assertThat(Checksum.fold(Checksum.sum(data.address(), 8, 0))).isEqualTo(0xddf2);
        }
    }

    @Test
    void sumsAsThePlainReferenceAtEveryLengthAndAlignment() {
        Property.holds("sum", RUNS, draw -> {
            byte[] bytes = draw.bytes(0, 300);
            int from = draw.below(bytes.length + 1);
            int to = draw.between(from, bytes.length);
            int start = draw.bits16();
            try (Loaded data = Loaded.of(bytes)) {
                int sum = Checksum.fold(Checksum.sum(data.address() + from, to - from, start));
                assertThat(sum).isEqualTo(PlainChecksum.add(start, PlainChecksum.sum(bytes, from, to)));
            }
        });
    }

    @Test
    void staysExactForTheLongestPacketOfOnes() {
        byte[] ones = new byte[65_535];
        Arrays.fill(ones, (byte) 0xff);
        try (Loaded data = Loaded.of(ones)) {
            assertThat(Checksum.fold(Checksum.sum(data.address(), ones.length, 0xffff)))
                    .isEqualTo(PlainChecksum.sum(ones, 0, ones.length));
        }
    }

    @Test
    void sumsPseudoHeadersAsThePlainReference() {
        Property.holds("pseudo-header", RUNS, draw -> {
            int source = draw.bits32();
            int destination = draw.bits32();
            int protocol = draw.below(256);
            int length = draw.below(65_536);
            assertThat(Checksum.fold(Checksum.pseudoHeader(source, destination, protocol, length)))
                    .isEqualTo(PlainChecksum.pseudoHeader(source, destination, protocol, length));
        });
    }

    @Test
    void updatesAsIfComputedAnew() {
        Property.holds("RFC 1624 update of 16 bits", RUNS, draw -> {
            byte[] bytes = draw.bytes(4, 64);
            int at = 2 * draw.below(bytes.length / 2);
            int after = draw.bits16();
            int before = ByteBuffer.wrap(bytes).getShort(at) & 0xffff;
            int old = PlainChecksum.of(bytes, 0, bytes.length, 0);
            ByteBuffer.wrap(bytes).putShort(at, (short) after);
            assertMeansTheSame(
                    Checksum.update16(old, before, after), PlainChecksum.of(bytes, 0, bytes.length, 0), bytes);
        });
    }

    @Test
    void updates32BitsAsIfComputedAnew() {
        Property.holds("RFC 1624 update of 32 bits", RUNS, draw -> {
            byte[] bytes = draw.bytes(8, 64);
            int at = 2 * draw.below(bytes.length / 2 - 1);
            int after = draw.bits32();
            int before = ByteBuffer.wrap(bytes).getInt(at);
            int old = PlainChecksum.of(bytes, 0, bytes.length, 0);
            ByteBuffer.wrap(bytes).putInt(at, after);
            assertMeansTheSame(
                    Checksum.update32(old, before, after), PlainChecksum.of(bytes, 0, bytes.length, 0), bytes);
        });
    }

    /** The example of RFC 1624 section 4: equation 2 would give 0xffff, equation 3 gives 0. */
    @Test
    void givesZeroWhereTheOlderEquationGoesWrong() {
        assertThat(Checksum.update16(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    /** Every old checksum, with the fields at the edges: no sum of a header with a non-zero octet is ever +0. */
    @Test
    void neverMistakesOneZeroForTheOther() {
        List<Integer> edges = List.of(0, 1, 0x7fff, 0x8000, 0xfffe, 0xffff);
        byte[] header = {0x45, 0, 0, 0, 0, 0};
        for (int rest = 0; rest <= 0xffff; rest++) {
            ByteBuffer.wrap(header).putShort(4, (short) rest);
            for (int before : edges) {
                ByteBuffer.wrap(header).putShort(2, (short) before);
                int old = PlainChecksum.of(header, 0, 6, 0);
                for (int after : edges) {
                    ByteBuffer.wrap(header).putShort(2, (short) after);
                    int expected = PlainChecksum.of(header, 0, 6, 0);
                    if (Checksum.update16(old, before, after) != expected) {
                        assertThat(Checksum.update16(old, before, after))
                                .as("%04x: %04x -> %04x", rest, before, after)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void updatesPartialChecksumsSoThatCompletingThemIsRight() {
        Property.holds("partial update", RUNS, draw -> {
            int source = draw.bits32();
            int destination = draw.bits32();
            int translated = draw.bits32();
            byte[] segment = draw.bytes(20, 80);
            int partial = PlainChecksum.pseudoHeader(source, destination, 6, segment.length);
            int updated = Checksum.updatePartial32(partial, destination, translated);
            ByteBuffer.wrap(segment).putShort(16, (short) updated);
            try (Loaded data = Loaded.of(segment)) {
                Checksum.complete(data.address(), 16, segment.length);
                int pseudoHeader = PlainChecksum.pseudoHeader(source, translated, 6, segment.length);
                assertThat(PlainChecksum.isRight(data.bytes(), 0, segment.length, pseudoHeader))
                        .isTrue();
                assertThat(Checksum.isRight(data.address(), segment.length, source, translated, 6))
                        .isTrue();
            }
        });
    }

    /** RFC 768: a computed checksum of zero is sent as all ones, for zero means that there is none. */
    @Test
    void completesToAllOnesInsteadOfZero() {
        try (Loaded data = Loaded.of(new byte[] {(byte) 0xff, (byte) 0xff, 0, 0})) {
            Checksum.complete(data.address(), 2, 4);
            assertThat(Memory.u16(data.address() + 2)).isEqualTo(0xffff);
        }
    }

    @Test
    void seesOneFlippedBit() {
        Property.holds("flipped bit", RUNS, draw -> {
            byte[] segment = draw.bytes(8, 40);
            ByteBuffer.wrap(segment).putShort(6, (short) 0);
            int pseudoHeader = PlainChecksum.pseudoHeader(1, 2, 17, segment.length);
            int field = PlainChecksum.of(segment, 0, segment.length, pseudoHeader);
            ByteBuffer.wrap(segment).putShort(6, (short) field);
            segment[draw.below(segment.length)] ^= (byte) (1 << draw.below(8));
            try (Loaded data = Loaded.of(segment)) {
                assertThat(Checksum.isRight(data.address(), segment.length, 1, 2, 17))
                        .isFalse();
            }
        });
    }

    /** All bytes zero sum to +0, which no packet can: there both zeros are right (RFC 1624 section 3). */
    private static void assertMeansTheSame(int updated, int computed, byte[] bytes) {
        boolean allZero = PlainChecksum.sum(bytes, 0, bytes.length) == 0;
        assertThat(updated).isEqualTo(allZero && updated == 0 ? 0 : computed);
    }
}
