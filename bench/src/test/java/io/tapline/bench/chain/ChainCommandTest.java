// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.bench.CommandLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class ChainCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void measuresEachLoadAndTellsWhere(String protocol) {
        CommandLines.Outcome outcome = CommandLines.run(
                "chain", "--flows", "1,1k", "--rounds=2", "--packets=2000", "--protocol", protocol, "-o", "json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("measuring 1 flow...").contains("measuring 1k flows...");
        JsonNode document = outcome.json();
        assertThat(document.get("kind").asString()).isEqualTo("ChainBenchmark");
        assertThat(document.get("machine").get("tapline").asString()).isEqualTo("tapline 1.2.3");
        assertThat(document.get("results")).hasSize(2);
        JsonNode second = document.get("results").get(1);
        assertThat(second.get("protocol").asString()).isEqualTo(protocol);
        assertThat(second.get("flows").asInt()).isEqualTo(1000);
        double best = second.get("nanosPerPacket").get("best").asDouble();
        assertThat(best).isPositive();
        assertThat(second.get("generatorNanosPerPacket").get("best").asDouble()).isPositive();
        assertThat(second.get("nodeNanosPerPacket").propertyNames()).contains("ip4-lookup", "acl-plugin-out-ip4-fa");
        assertThat(second.get("nanosPerPacket").get("median").asDouble()).isGreaterThanOrEqualTo(best);
    }

    @Test
    void printsOneRowPerLoad() {
        CommandLines.Outcome outcome = CommandLines.run("chain", "--flows=1,2k", "--rounds=1", "--packets=1000");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .startsWith("tapline 1.2.3, JDK ")
                .containsPattern("(?m)^ +1( +[0-9.]+){3} +[0-9.]+ / +[0-9.]+ +[0-9.]+$")
                .containsPattern("(?m)^ +2k ")
                .containsPattern("(?m)^ip4-lookup +[0-9.]+ +[0-9.]+$");
    }

    @ParameterizedTest
    @CsvSource({"--flows, 10x, is not a number of flows", "--rounds, 0, --rounds must be", "--protocol, sctp, tcp"})
    void saysWhatIsWrongWithAnOption(String option, String value, String message) {
        CommandLines.Outcome outcome = CommandLines.run("chain", option, value);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(message);
    }
}
