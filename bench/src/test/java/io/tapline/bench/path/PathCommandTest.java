// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapline.bench.CommandLines;
import io.tapline.cli.UserError;
import io.tapline.lab.node.HostCheck;
import io.tapline.linux.NetworkNamespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class PathCommandTest {
    @Test
    void measuresEveryPathAndLeavesNothingBehind() {
        assumeTrue(isPrivileged(), "the path benchmark is not tested: it needs root and /dev/net/tun");
        CommandLines.Outcome outcome = CommandLines.run("path", "--seconds=0.1", "--rounds=1", "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        JsonNode results = outcome.json().get("results");
        assertThat(results).hasSize(Metric.values().length);
        for (JsonNode row : results) {
            for (BenchPath path : BenchPath.values()) {
                assertThat(row.get(path.label()).get("median").asDouble())
                        .as("%s over %s", row.get("metric"), path)
                        .isPositive();
            }
        }
        assertThat(NetworkNamespace.list()).noneMatch(name -> name.startsWith(Testbed.PREFIX + "-"));
    }

    @Test
    void removesWhatAKilledRunLeftBehind() {
        assumeTrue(isPrivileged(), "the clean-up after a crash is not tested: it needs root and /dev/net/tun");
        NetworkNamespace.create(Testbed.PREFIX + "-host").close();
        CommandLines.Outcome outcome = CommandLines.run("path", "--seconds=0.1", "--rounds=1");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err())
                .contains("removed what an earlier benchmark left behind: " + Testbed.PREFIX + "-host");
    }

    @ParameterizedTest
    @CsvSource({"--seconds, 0, --seconds must be", "--rounds, 0, --rounds must be", "--spin-micros, -1, --spin-micros"})
    void saysWhatIsWrongWithAnOption(String option, String value, String message) {
        CommandLines.Outcome outcome = CommandLines.run("path", option, value);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(message);
    }

    private static boolean isPrivileged() {
        try {
            HostCheck.requirePrivileges("the benchmark");
            return true;
        } catch (UserError e) {
            return false;
        }
    }
}
