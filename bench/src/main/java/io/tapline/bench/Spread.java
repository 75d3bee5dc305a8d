// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import java.util.Arrays;

/**
 * What several rounds gave.
 *
 * @param best the lowest cost or the highest rate
 * @param median of all rounds
 */
public record Spread(double best, double median) {
    /** Of rounds in which less is better. */
    public static Spread ofCosts(double[] rounds) {
        double[] sorted = sorted(rounds);
        return new Spread(sorted[0], median(sorted));
    }

    /** Of rounds in which more is better. */
    public static Spread ofRates(double[] rounds) {
        double[] sorted = sorted(rounds);
        return new Spread(sorted[sorted.length - 1], median(sorted));
    }

    private static double[] sorted(double[] rounds) {
        if (rounds.length == 0) {
            throw new IllegalArgumentException("no rounds");
        }
        double[] sorted = rounds.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
