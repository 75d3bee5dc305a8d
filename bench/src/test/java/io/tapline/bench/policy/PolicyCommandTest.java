// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.bench.CommandLines;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class PolicyCommandTest {
    @Test
    void measuresPlansMatchesAndChanges() {
        CommandLines.Outcome outcome = CommandLines.run("policy", "--changes=5", "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("planning 10,000 policies...");
        JsonNode document = outcome.json();
        assertThat(document.get("kind").asString()).isEqualTo("PolicyBenchmark");
        JsonNode results = document.get("results");
        assertThat(results.get("cold").get("samePlan").asBoolean()).isTrue();
        assertThat(results.get("cold").get("rules").asLong()).isGreaterThan(10_000);
        assertThat(results.get("matches")).hasSize(4);
        assertThat(results.get("matches").get(2).get("nanos").get("best").asDouble())
                .isPositive();
        assertThat(results.get("changes")).hasSize(5);
        assertThat(results.get("changes").get(0).get("inForce").get("median").asDouble())
                .isPositive();
    }

    @Test
    void saysWhatIsWrongWithAnOption() {
        CommandLines.Outcome outcome = CommandLines.run("policy", "--changes=0");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("--changes must be 1 to 10000, not 0");
    }
}
