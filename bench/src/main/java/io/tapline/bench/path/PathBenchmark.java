// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import io.tapline.bench.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Measures every path in every round, in an order that moves on from round to round, so that whatever else the machine
 * does falls on all of them alike. A first round, shorter, only warms up.
 */
final class PathBenchmark {
    private static final int STREAMS = 4;
    private static final double BITS_PER_GIGABIT_BYTE = 8 / 1e9;
    private static final double GIGABYTE = 1e9;
    private static final double KILO = 1e3;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final int P50 = 50;
    private static final int P99 = 99;

    private final Testbed testbed;
    private final Consumer<String> progress;
    private final Map<Series, List<Double>> figures = new HashMap<>();

    private record Series(Metric metric, BenchPath path) {}

    PathBenchmark(Testbed testbed, Consumer<String> progress) {
        this.testbed = testbed;
        this.progress = progress;
    }

    /**
     * Runs all rounds.
     *
     * @param nanos how long each kind of traffic runs over each path in a round
     */
    List<PathResult> run(int rounds, long nanos) throws IOException {
        progress.accept("warming up...");
        round(0, new Traffic(testbed, nanos / 2));
        figures.clear();
        for (int i = 0; i < rounds; i++) {
            progress.accept("round " + (i + 1) + " of " + rounds + "...");
            round(i, new Traffic(testbed, nanos));
        }
        return Stream.of(Metric.values()).map(this::result).toList();
    }

    private void round(int number, Traffic traffic) throws IOException {
        List<BenchPath> paths = new ArrayList<>(List.of(BenchPath.values()));
        Collections.rotate(paths, -number);
        for (BenchPath path : paths) {
            stream(traffic, path, 1, Metric.TCP_1_STREAM, Metric.CPU_1_STREAM);
        }
        for (BenchPath path : paths) {
            stream(traffic, path, STREAMS, Metric.TCP_4_STREAMS, Metric.CPU_4_STREAMS);
        }
        for (BenchPath path : paths) {
            note(Metric.UDP_64_BYTES, path, traffic.udp(path) / KILO);
        }
        for (BenchPath path : paths) {
            Histogram oneCpu = traffic.roundTripsOnOneCpu(path);
            noteRoundTrips(path, oneCpu, Metric.ROUND_TRIP_ONE_CPU_MEDIAN, Metric.ROUND_TRIP_ONE_CPU_P99);
        }
        for (BenchPath path : paths) {
            noteRoundTrips(path, traffic.roundTrips(path), Metric.ROUND_TRIP_MEDIAN, Metric.ROUND_TRIP_P99);
        }
    }

    private void noteRoundTrips(BenchPath path, Histogram histogram, Metric median, Metric p99) {
        note(median, path, histogram.getValueAtPercentile(P50) / NANOS_PER_MICRO);
        note(p99, path, histogram.getValueAtPercentile(P99) / NANOS_PER_MICRO);
    }

    private void stream(Traffic traffic, BenchPath path, int streams, Metric rate, Metric cpu) throws IOException {
        Traffic.Streamed streamed = traffic.tcp(path, streams);
        note(rate, path, streamed.bytesPerSecond() * BITS_PER_GIGABIT_BYTE);
        note(cpu, path, streamed.cpuSecondsPerByte() * GIGABYTE);
    }

    private void note(Metric metric, BenchPath path, double figure) {
        series(metric, path).add(figure);
    }

    private List<Double> series(Metric metric, BenchPath path) {
        return figures.computeIfAbsent(new Series(metric, path), _ -> new ArrayList<>());
    }

    private PathResult result(Metric metric) {
        return new PathResult(
                metric,
                metric.unit(),
                spread(metric, BenchPath.VETH),
                spread(metric, BenchPath.BRIDGE),
                spread(metric, BenchPath.TAPLINE));
    }

    private Spread spread(Metric metric, BenchPath path) {
        double[] rounds =
                series(metric, path).stream().mapToDouble(Double::doubleValue).toArray();
        return metric.moreIsBetter() ? Spread.ofRates(rounds) : Spread.ofCosts(rounds);
    }
}
