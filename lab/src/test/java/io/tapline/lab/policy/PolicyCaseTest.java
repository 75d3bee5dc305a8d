// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case comes out as it should, through the switches and by the reference evaluator. */
class PolicyCaseTest {
    private static final Path CASES = Path.of("src/test/resources/policy");

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void comesOutByTheSwitches(Path file) {
        check(PolicyCase.byEngine(file));
    }

    @ParameterizedTest
    @MethodSource("files")
    void comesOutByTheReferenceEvaluator(Path file) {
        check(PolicyCase.byReference(file));
    }

    private static void check(PolicyCase.Result result) {
        assertThat(result.steps()).isNotEmpty();
        for (PolicyCase.Step step : result.steps()) {
            assertThat(step.expected()).as("%s, %s", result.id(), step.name()).isNotEmpty();
            assertThat(step.expected()).as("%s, %s", result.id(), step.name()).contains(step.computed());
        }
    }
}
