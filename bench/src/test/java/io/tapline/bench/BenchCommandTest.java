// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.cli.CommandGroup;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

final class BenchCommandTest {
    @Test
    void isFoundByTheCommandLine() {
        assertThat(ServiceLoader.load(CommandGroup.class)).hasAtLeastOneElementOfType(BenchCommands.class);
    }

    @Test
    void asksWhatToMeasure() {
        CommandLines.Outcome outcome = CommandLines.run();
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("chain, nat, path, policy or pods?").contains("Usage: bench");
    }
}
