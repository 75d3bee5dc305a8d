// SPDX-License-Identifier: Apache-2.0
package io.tapline.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/commands.md} says what the commands' own help says; {@code -Dgolden.update} writes it anew. */
class CommandsPageTest {
    private static final Path PAGE = Path.of("../docs/commands.md");

    @Test
    void thePageIsWhatTheCommandsSayOfThemselves(@TempDir Path directory) throws IOException {
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err, true);
        assertThat(Main.run(writer, writer, "manual", "--markdown", directory.toString()))
                .as(err.toString())
                .isZero();
        String said = Files.readString(directory.resolve("commands.md"));
        if (System.getProperty("golden.update") != null) {
            Files.writeString(PAGE, said);
        }
        assertThat(said).isEqualTo(Files.readString(PAGE));
    }
}
