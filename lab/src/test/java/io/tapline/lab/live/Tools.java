// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs the machine's own tools inside namespaces. */
final class Tools {
    private static final int TIMEOUT_SECONDS = 60;

    /** How a command ended, and what it printed on both outputs. */
    record Result(int status, String output) {}

    private Tools() {}

    /** Skips the test, and says what to install, where a command is missing. */
    static void assume(Class<?> test, String command, String debianPackage) {
        boolean found = Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
        if (!found) {
            String why = "SKIPPED " + test.getSimpleName() + ": " + command + " is missing; install the package "
                    + debianPackage;
            System.err.println(why);
            abort(why);
        }
    }

    /** Starts a command in a namespace, both outputs in one. */
    static Process start(String namespace, String... command) throws IOException {
        return new ProcessBuilder(in(namespace, command))
                .redirectErrorStream(true)
                .start();
    }

    /** Starts a command in a namespace, its outputs apart. */
    static Process startApart(String namespace, String... command) throws IOException {
        return new ProcessBuilder(in(namespace, command)).start();
    }

    /** Runs a command in a namespace to its end. */
    static Result run(String namespace, String... command) throws IOException, InterruptedException {
        Process process = start(namespace, command);
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as(() -> String.join(" ", command) + " ends\n" + output)
                    .isTrue();
            return new Result(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Runs a command in a namespace that must succeed. */
    static String succeed(String namespace, String... command) throws IOException, InterruptedException {
        Result result = run(namespace, command);
        assertThat(result.status())
                .as(() -> String.join(" ", command) + "\n" + result.output())
                .isZero();
        return result.output();
    }

    private static List<String> in(String namespace, String... command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "timeout", "-k", "1", "50"));
        whole.addAll(List.of(command));
        return whole;
    }
}
