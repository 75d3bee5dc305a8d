// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManualTest {
    private final StringWriter out = new StringWriter();

    private int run(String... args) {
        PrintWriter writer = new PrintWriter(out, true);
        return Main.run(List.of(new SelfCommands()), writer, writer, args);
    }

    @Test
    void aManPageHoldsWhatTheHelpSays(@TempDir Path directory) throws IOException {
        assertThat(run("manual", directory.toString())).as(out.toString()).isZero();
        assertThat(Files.readString(directory.resolve("tapline-manual.1")))
                .contains(".TH TAPLINE\\-MANUAL 1", ".SH NAME\ntapline\\-manual \\- Write the manual")
                .contains(".SH OPTIONS", ".B \\-\\-markdown", ".SH EXAMPLES");
        assertThat(Files.readString(directory.resolve("tapline.1"))).contains(".SH COMMANDS", ".SH EXIT STATUS");
    }

    @Test
    void markdownHoldsTheHelpOfEachCommand(@TempDir Path directory) throws IOException {
        assertThat(run("manual", "--markdown", directory.toString())).isZero();
        assertThat(Files.readString(directory.resolve("commands.md")))
                .contains("## tapline\n", "## tapline completion\n", "## tapline manual\n", "Usage: tapline manual");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() {
        assertThat(run("manual", "/proc/nowhere")).isEqualTo(1);
        assertThat(out.toString()).contains("cannot write the manual", "/proc/nowhere");
    }

    @Test
    void theShellCompletesCommandsAndOptions(@TempDir Path directory) throws IOException, InterruptedException {
        assertThat(run("completion")).isZero();
        Path script = Files.writeString(directory.resolve("completion"), out.toString());
        String complete =
                "source " + script + "; COMP_WORDS=(tapline man); COMP_CWORD=1; _complete_tapline; echo ${COMPREPLY[@]}"
                        + "; COMP_WORDS=(tapline manual --mark); COMP_CWORD=2; _complete_tapline; echo ${COMPREPLY[@]}";
        Process bash = new ProcessBuilder("bash", "-c", complete)
                .redirectErrorStream(true)
                .start();
        String completed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(completed).contains("manual\n", "--markdown");
    }
}
