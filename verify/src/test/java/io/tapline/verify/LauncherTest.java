// SPDX-License-Identifier: Apache-2.0
package io.tapline.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs {@code ./tapline} as a user does. Slow, because it builds when sources have changed. */
@Tag("slow")
final class LauncherTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private record Result(int exitCode, String output) {}

    @Test
    void versionIsReportedAndUsesTheStartUpCacheQuietly() throws Exception {
        Result result = tapline("--version");
        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).startsWith("tapline ").contains("JDK ").doesNotContain("warning");
    }

    @Test
    void exitCodeOfTheCommandPassesThrough() throws Exception {
        Result result = tapline("no-such-command");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("there is no command 'no-such-command'");
    }

    @Test
    void optionsForTheJvmPassThrough() throws Exception {
        assertThat(tapline("--version", "-Xlog:gc:stdout").output()).contains("Using Serial");
    }

    /** Runs {@code tapline COMMAND} with options for the JVM; its two outputs become one, less the builder's notice. */
    private static Result tapline(String command, String... javaOptions) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(ROOT.resolve("tapline").toString(), command).redirectErrorStream(true);
        builder.environment().put("TAPLINE_JAVA_OPTS", String.join(" ", javaOptions));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output.replaceFirst("^building Tapline .*\\R", ""));
    }
}
