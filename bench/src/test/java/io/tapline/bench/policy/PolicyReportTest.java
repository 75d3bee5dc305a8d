// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.bench.Delay;
import io.tapline.bench.Machine;
import io.tapline.bench.Spread;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PolicyReportTest {
    @Test
    void printsTables() {
        Delay delay = new Delay(0.5, 1.25, 9, 12);
        PolicyCommand.Results results = new PolicyCommand.Results(
                new PolicyBenchmark.Cold(800, 500, 200, 3, 4000, 2000, 3 << 20, 1 << 20, 900, true),
                List.of(new ListMatch.Result("10,000 rules", new Spread(27, 30.4), 60, 2048)),
                List.of(new FirstPackets.Result("100 rules", new Spread(230, 245.2))),
                List.of(new PolicyBenchmark.Changes("pod comes", delay, delay, 2.8)));
        StringWriter out = new StringWriter();
        PolicyReport.print(new Machine("tapline 1", "25", "cpu", 2, "Linux", "0.5"), results, new PrintWriter(out));
        assertThat(out.toString())
                .startsWith("tapline 1, JDK 25, 2 x cpu, Linux, load average 0.5")
                .contains(
                        "cold: plan 800 ms (on the processor 500), compile 200 ms; 3 lists, 4,000 rules, longest 2,000")
                .contains("pure planner: 900 ms, the same plan")
                .containsPattern("(?m)^10,000 rules +27 +30 +60.0 +2$")
                .containsPattern("(?m)^100 rules +230 +245$")
                .containsPattern("(?m)^pod comes +1.25 +9.00 +12.00 +1.25 +9.00 +2.8$");
    }
}
