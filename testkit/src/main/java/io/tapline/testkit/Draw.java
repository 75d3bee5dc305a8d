// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random values for one run of a {@link Property}. All of them follow from the seed and the scale; a smaller scale
 * draws smaller values, which is how a failing case shrinks.
 */
public final class Draw {
    /** The scale at which nothing is shrunk. */
    static final int FULL_SCALE = 1 << 10;

    private final SplittableRandom random;
    private final int scale;

    Draw(long seed, int scale) {
        random = new SplittableRandom(seed);
        this.scale = scale;
    }

    /** A value in {@code low..high}, both included; shrinks towards {@code low}. */
    public int between(int low, int high) {
        if (low > high) {
            throw new IllegalArgumentException("empty range " + low + ".." + high);
        }
        // Drawn whole and scaled then, so that a smaller scale makes the same case smaller, not another one.
        long offset = random.nextLong((long) high - low + 1);
        return (int) (low + offset * scale / FULL_SCALE);
    }

    /** A value in {@code 0..bound-1}; shrinks towards 0. */
    public int below(int bound) {
        return between(0, bound - 1);
    }

    /** Any 32 bits; does not shrink. */
    public int bits32() {
        return random.nextInt();
    }

    /** Any 64 bits; does not shrink. */
    public long bits64() {
        return random.nextLong();
    }

    /** Any 16 bits, one time in four an edge: 0, 1, 0x7fff, 0x8000, 0xfffe or 0xffff; does not shrink. */
    public int bits16() {
        return random.nextInt(4) == 0 ? pick(List.of(0, 1, 0x7fff, 0x8000, 0xfffe, 0xffff)) : random.nextInt(0x10000);
    }

    /** True one time in two. */
    public boolean chance() {
        return random.nextBoolean();
    }

    /** True one time in {@code n}. */
    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** {@code length} random bytes; of four arrays, one is all 0x00 and one all 0xff, the corner cases of checksums. */
    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        int kind = random.nextInt(4);
        if (kind >= 2) {
            random.nextBytes(bytes);
        } else if (kind == 1) {
            Arrays.fill(bytes, (byte) 0xff);
        }
        return bytes;
    }

    /** {@link #bytes(int)} with a length in {@code low..high}; the length shrinks. */
    public byte[] bytes(int low, int high) {
        return bytes(between(low, high));
    }

    /** One of {@code choices}; does not shrink. */
    public <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
