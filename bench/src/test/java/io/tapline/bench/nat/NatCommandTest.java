// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.bench.CommandLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class NatCommandTest {
    @Test
    void measuresPlansChangesAndConnections() {
        CommandLines.Outcome outcome =
                CommandLines.run("nat", "--services=40", "--changes=20", "--sessions=2000", "--rounds=2", "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("planning 40 services...");
        JsonNode document = outcome.json();
        assertThat(document.get("kind").asString()).isEqualTo("NatBenchmark");
        JsonNode plan = document.get("results").get("plan");
        assertThat(plan.get("change").get("median").asDouble()).isPositive();
        assertThat(plan.get("change").get("p99").asDouble())
                .isGreaterThanOrEqualTo(plan.get("change").get("median").asDouble());
        JsonNode connections = document.get("results").get("connections");
        assertThat(connections).hasSize(2);
        assertThat(connections.get(0).get("services").asInt()).isEqualTo(10);
        assertThat(connections.get(1).get("services").asInt()).isEqualTo(40);
        assertThat(connections.get(1).get("beginNanos").get("best").asDouble()).isPositive();
    }

    @Test
    void printsATable() {
        CommandLines.Outcome outcome =
                CommandLines.run("nat", "--services=20", "--changes=5", "--sessions=500", "--rounds=1");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .startsWith("tapline 1.2.3, JDK ")
                .containsPattern("(?m)^20 services: in force after [0-9]+ ms")
                .containsPattern("(?m)^one endpoint's change in force( +[0-9.]+){3}$")
                .containsPattern("(?m)^ +20 +[0-9]+");
    }

    @ParameterizedTest
    @CsvSource({"--services, 0, --services must be", "--sessions, 5000000, --sessions must be 1 to 4000000"})
    void saysWhatIsWrongWithAnOption(String option, String value, String message) {
        CommandLines.Outcome outcome = CommandLines.run("nat", option, value);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(message);
    }
}
