// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import java.util.Arrays;

/** How long something took, many times over, in milliseconds. */
public record Delay(double best, double median, double p99, double max) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double TAIL = 0.99;

    /** Of times in nanoseconds, at least one. */
    public static Delay ofNanos(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return new Delay(
                sorted[0] / NANOS_PER_MILLI,
                sorted[sorted.length / 2] / NANOS_PER_MILLI,
                sorted[Math.min(last, (int) (sorted.length * TAIL))] / NANOS_PER_MILLI,
                sorted[last] / NANOS_PER_MILLI);
    }
}
