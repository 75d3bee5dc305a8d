// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
final class PropertyTest {
    @Test
    void runsAsOftenAsAsked() {
        List<Long> drawn = new ArrayList<>();
        Property.holds("counting", 100, draw -> drawn.add(draw.bits64()));
        assertThat(drawn).hasSizeGreaterThanOrEqualTo(100).doesNotHaveDuplicates();
    }

    @Test
    void failureNamesASeedThatReplaysIt() {
        AssertionError failure = failure(draw -> assertThat(draw.bits32() & 7).isNotEqualTo(3));
        String seed = seedIn(failure);
        String before = System.getProperty(Property.SEED);
        System.setProperty(Property.SEED, seed);
        try {
            AssertionError replay =
                    failure(draw -> assertThat(draw.bits32() & 7).isNotEqualTo(3));
            assertThat(replay).hasMessageContaining("failed in run 1 of");
            assertThat(seedIn(replay)).isEqualTo(seed);
        } finally {
            if (before == null) {
                System.clearProperty(Property.SEED);
            } else {
                System.setProperty(Property.SEED, before);
            }
        }
    }

    @Test
    void failingLengthsShrink() {
        List<Integer> failing = new ArrayList<>();
        AssertionError failure = failure(draw -> {
            int length = draw.bytes(0, 100_000).length;
            if (length >= 100) {
                failing.add(length);
                throw new IllegalStateException("too long: " + length);
            }
        });
        assertThat(failure).hasMessageContaining("shrunk to").hasCauseInstanceOf(IllegalStateException.class);
        assertThat(failing.getLast()).isLessThan(1000);
    }

    @Test
    void aSmallerScaleDrawsTheSameCaseSmaller() {
        for (long seed = 0; seed < 200; seed++) {
            int whole = new Draw(seed, Draw.FULL_SCALE).between(0, 100_000);
            for (int scale = Draw.FULL_SCALE; scale > 0; scale /= 2) {
                Draw draw = new Draw(seed, scale);
                assertThat(draw.between(0, 100_000)).isEqualTo((int) ((long) whole * scale / Draw.FULL_SCALE));
                assertThat(draw.bits32()).as("what does not shrink").isEqualTo(after(seed));
            }
        }
    }

    /** What the second draw of a seed gives at full scale. */
    private static int after(long seed) {
        Draw draw = new Draw(seed, Draw.FULL_SCALE);
        draw.between(0, 100_000);
        return draw.bits32();
    }

    @Test
    void drawsStayInRange() {
        Property.holds("ranges", 2000, draw -> {
            int low = draw.bits32() >> 1;
            int high = low + draw.below(1 << 30);
            assertThat(draw.between(low, high)).isBetween(low, high);
            assertThat(draw.bits16()).isBetween(0, 0xffff);
            assertThat(draw.bytes(3, 9).length).isBetween(3, 9);
            assertThat(draw.pick(List.of("a", "b"))).isIn("a", "b");
        });
        assertThatThrownBy(() -> Property.holds("bad range", 1, draw -> draw.between(2, 1)))
                .hasMessageContaining("empty range 2..1");
    }

    private static AssertionError failure(Property.Check check) {
        try {
            Property.holds("must fail", 1000, check);
        } catch (AssertionError e) {
            return e;
        }
        throw new IllegalStateException("the property held");
    }

    private static String seedIn(AssertionError failure) {
        Matcher seed = Pattern.compile("-Dtapline\\.seed=(-?\\d+)").matcher(String.valueOf(failure.getMessage()));
        assertThat(seed.find()).isTrue();
        return seed.group(1);
    }
}
