// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.bench.Json;
import io.tapline.bench.Machine;
import io.tapline.bench.Spread;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PathReportTest {
    private static final Machine MACHINE = new Machine("tapline 1", "25", "Some CPU", 2, "Linux 6", "0.50");
    private static final List<PathResult> RESULTS = List.of(
            new PathResult(Metric.TCP_1_STREAM, "Gbit/s", new Spread(25.9, 24), new Spread(20, 18), new Spread(15, 9)),
            new PathResult(Metric.ROUND_TRIP_MEDIAN, "us", new Spread(17, 18), new Spread(20, 25), new Spread(30, 50)));
    private final StringWriter out = new StringWriter();

    @Test
    void tableHasTheRatioToTheBridge() {
        PathReport.print(MACHINE, RESULTS, new PrintWriter(out));
        assertThat(out.toString())
                .startsWith("tapline 1, JDK 25, 2 x Some CPU, Linux 6, load average 0.50")
                .containsPattern("TCP, 1 stream, Gbit/s +25.90 / 24.00 +20.00 / 18.00 +15.00 / 9.00 +0.75 / 0.50")
                .containsPattern("round trip, any CPU, median, us +17.0 / 18.0 +20.0 / 25.0 +30.0 / 50.0 +1.50 / 2.00");
    }

    @Test
    void documentHasTheSameFigures() {
        Json.print(MACHINE.document("PathBenchmark", RESULTS), new PrintWriter(out));
        JsonNode row =
                JsonMapper.shared().readTree(out.toString()).get("results").get(0);
        assertThat(row.get("metric").asString()).isEqualTo("tcp-1-stream");
        assertThat(row.get("tapline").get("median").asDouble()).isEqualTo(9);
        assertThat(row.get("taplineToBridge").get("best").asDouble()).isEqualTo(0.75);
    }
}
