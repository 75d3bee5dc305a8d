// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What is measured over each path. */
enum Metric {
    /** One stream. */
    TCP_1_STREAM("TCP, 1 stream", "Gbit/s", 2, true),
    /** Four streams. */
    TCP_4_STREAMS("TCP, 4 streams", "Gbit/s", 2, true),
    /** Small packets. */
    UDP_64_BYTES("UDP, 64-byte frames", "kpps", 0, true),
    /** Round trip of a byte with everything on one processor, the median of a round. */
    ROUND_TRIP_ONE_CPU_MEDIAN("round trip, 1 CPU, median", "us", 1, false),
    /** Round trip of a byte with everything on one processor, the 99th percentile of a round. */
    ROUND_TRIP_ONE_CPU_P99("round trip, 1 CPU, p99", "us", 1, false),
    /** Round trip of a byte on whatever processors the kernel chooses, the median of a round. */
    ROUND_TRIP_MEDIAN("round trip, any CPU, median", "us", 1, false),
    /** Round trip of a byte on whatever processors the kernel chooses, the 99th percentile of a round. */
    ROUND_TRIP_P99("round trip, any CPU, p99", "us", 1, false),
    /** CPU time with one stream. */
    CPU_1_STREAM("CPU, TCP 1 stream", "s/GB", 3, false),
    /** CPU time with four streams. */
    CPU_4_STREAMS("CPU, TCP 4 streams", "s/GB", 3, false);

    private final String label;
    private final String unit;
    private final int decimals;
    private final boolean moreIsBetter;

    Metric(String label, String unit, int decimals, boolean moreIsBetter) {
        this.label = label;
        this.unit = unit;
        this.decimals = decimals;
        this.moreIsBetter = moreIsBetter;
    }

    /** Name for people, with the unit. */
    String label() {
        return label + ", " + unit;
    }

    /** Name for programs: {@code tcp-1-stream}. */
    @JsonValue
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The unit. */
    String unit() {
        return unit;
    }

    /** Digits after the point that mean something. */
    int decimals() {
        return decimals;
    }

    /** Whether it is a rate; else it is a cost. */
    boolean moreIsBetter() {
        return moreIsBetter;
    }
}
