// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.bench.CommandLines;
import io.tapline.bench.Delay;
import io.tapline.bench.Machine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The measurement itself takes a minute, and root; here are its edges. */
final class PodsCommandTest {
    @ParameterizedTest
    @CsvSource({
        "--pods, 300, '--pods must be 101 to 252, not 300'",
        "--rounds, 0, '--rounds must be 1 to 1000, not 0'",
        "--warm-rounds, -1, '--warm-rounds must be 0 to 1000, not -1'"
    })
    void saysWhatIsWrongWithAnOption(String option, String value, String message) {
        CommandLines.Outcome outcome = CommandLines.run("pods", option + "=" + value);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(message);
    }

    @Test
    void printsWhatWasMeasuredAndWhatWasNot() {
        Delay delay = new Delay(3, 4.5, 20, 30);
        PodsCommand.Results results = new PodsCommand.Results(
                250,
                delay,
                Optional.of(delay),
                100,
                600,
                new PodsCommand.Restart(2500, "everything was in order"),
                0.9,
                190 << 20,
                delay,
                Optional.empty());
        StringWriter out = new StringWriter();
        PodsReport.print(new Machine("tapline 1", "25", "cpu", 2, "Linux", "0.5"), results, new PrintWriter(out));
        assertThat(out.toString())
                .containsPattern("(?m)^  just started +3.0 +4.5 +20.0 +30.0$")
                .containsPattern("(?m)^  after many others +3.0 +4.5 +20.0 +30.0$")
                .contains("kill -9 and start with 250 pods: ready after 2500 ms, JVM included; everything was in order")
                .contains("idle: 0.9 % of a core; resident 190 MiB")
                .contains("ADD as a process: median 4.5 ms; not compared: /usr/lib/cni/bridge is missing");
    }
}
