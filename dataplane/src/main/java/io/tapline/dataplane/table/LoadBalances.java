// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import java.util.Arrays;

/**
 * Sets of {@link Dpo}s among which a flow hash chooses (VPP: load_balance_t). The number of buckets is a power of two;
 * weights are spread over them as evenly as they allow. Immutable once built.
 */
public final class LoadBalances {
    /** Most buckets of one load balance. */
    static final int MAX_BUCKETS = 64;

    private int count;
    private int[] starts = new int[8];
    private int[] masks = new int[8];
    private int[] numbers = new int[8];
    private int[] buckets = new int[16];
    private int used;

    /**
     * Adds a load balance.
     *
     * @param paths the {@link Dpo} of each path, 1..{@value #MAX_BUCKETS}
     * @param weights a positive weight per path
     * @param number what VPP-style traces print
     * @return its index
     */
    public int add(int[] paths, int[] weights, int number) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            masks = Arrays.copyOf(masks, count * 2);
            numbers = Arrays.copyOf(numbers, count * 2);
        }
        int[] spread = spread(paths, weights);
        if (used + spread.length > buckets.length) {
            buckets = Arrays.copyOf(buckets, Math.max(used + spread.length, buckets.length * 2));
        }
        System.arraycopy(spread, 0, buckets, used, spread.length);
        starts[count] = used;
        masks[count] = spread.length - 1;
        numbers[count] = number;
        used += spread.length;
        return count++;
    }

    /** Whether there is only one bucket, so that no hash is needed. */
    public boolean isSingle(int index) {
        return masks[index] == 0;
    }

    /** The {@link Dpo} that a flow hash selects. */
    public int select(int index, int flowHash) {
        return buckets[starts[index] + (flowHash & masks[index])];
    }

    /** Number of buckets. */
    public int bucketCount(int index) {
        return masks[index] + 1;
    }

    /** What VPP-style traces print as {@code dpo-idx}. */
    public int number(int index) {
        return numbers[index];
    }

    /** One bucket for a single path; else the smallest power of two that gives each path its share within 1/64. */
    private static int[] spread(int[] paths, int[] weights) {
        if (paths.length == 1) {
            return paths.clone();
        }
        int divisor = 0;
        int total = 0;
        for (int weight : weights) {
            divisor = gcd(weight, divisor);
            total += weight;
        }
        int exact = total / divisor;
        int size = Integer.bitCount(exact) == 1 && exact <= MAX_BUCKETS ? exact : MAX_BUCKETS;
        int[] spread = new int[size];
        int from = 0;
        int sum = 0;
        for (int i = 0; i < paths.length; i++) {
            sum += weights[i];
            int to = (int) Math.round((double) sum * size / total);
            Arrays.fill(spread, from, to, paths[i]);
            from = to;
        }
        return spread;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
