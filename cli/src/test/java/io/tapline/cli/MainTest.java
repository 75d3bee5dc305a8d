// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionNamesTheProgramAndTheJdk() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString())
                .startsWith("tapline ")
                .contains("JDK " + Runtime.version().feature());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpListsTheCommandsBySectionAndName() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .containsSubsequence(
                        "COMMAND",
                        "Run a node:",
                        "another  Returns a number.",
                        "fail     Fails in a chosen way.",
                        "More:",
                        "help",
                        "Exit codes:",
                        "2   wrong usage");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpOfOneSubcommandIsItsUsage() {
        assertThat(run("help", "fail")).isZero();
        assertThat(out.toString()).contains("Usage: tapline fail").contains("Fails in a chosen way.");
    }

    @Test
    void subcommandGetsItsArgumentsAndItsExitCodePassesThrough() {
        assertThat(run("another", "42")).isEqualTo(42);
    }

    @Test
    void userErrorIsOneLineAndItsExitCode() {
        assertThat(run("fail", "--as=user")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("tapline: pod a/b has no address; wait or restart it" + System.lineSeparator());
        assertThat(run("fail", "--as=usage")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void debugAddsTheStackTraceWhereverItStands() {
        assertThat(run("fail", "--as=user", "--debug")).isEqualTo(1);
        assertThat(err.toString()).contains("UserError").contains("\tat io.tapline.cli.MainTest");
        err.getBuffer().setLength(0);
        assertThat(run("--debug", "fail", "--as=user")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.tapline.cli.MainTest");
    }

    @Test
    void bugIsReportedWithItsStackTrace() {
        assertThat(run("fail", "--as=bug")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("tapline: internal error")
                .contains("IllegalStateException: table is full")
                .contains("\tat io.tapline.cli.MainTest");
    }

    @Test
    void unknownCommandIsWrongUsageWithASuggestion() {
        assertThat(run("anoter")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("tapline: there is no command 'anoter'")
                .contains("another")
                .contains("Try 'tapline --help'.");
    }

    @Test
    void unknownOptionNamesTheCommandWhoseHelpExplains() {
        assertThat(run("fail", "--bogus")).isEqualTo(2);
        assertThat(err.toString()).contains("'--bogus'").contains("Try 'tapline fail --help'.");
    }

    @Test
    void noCommandIsWrongUsageThatListsTheCommands() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).startsWith("tapline: which command? There is: another, fail, help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void versionLeavesOutAnUnknownCommit() {
        assertThat(Version.lines("1.2.3", "unknown").getFirst()).isEqualTo("tapline 1.2.3");
        assertThat(Version.lines("1.2.3", "abc").getFirst()).isEqualTo("tapline 1.2.3 (commit abc)");
    }

    private int run(String... args) {
        return Main.run(List.of(new Two()), new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private static final class Two implements CommandGroup {
        @Override
        public Section section() {
            return Section.NODE;
        }

        @Override
        public List<Object> commands() {
            return List.of(new Fail(), new Another());
        }
    }

    @Command(name = "fail", description = "Fails in a chosen way.", mixinStandardHelpOptions = true)
    private static final class Fail implements Runnable {
        @Option(names = "--as")
        private String as = "";

        @Override
        public void run() {
            switch (as) {
                case "user" -> throw UserError.failure("pod a/b has no address; wait or restart it");
                case "usage" -> throw UserError.usage("--from and --until exclude each other");
                default -> throw new IllegalStateException("table is full");
            }
        }
    }

    @Command(name = "another", description = "Returns a number.")
    private static final class Another implements Callable<Integer> {
        @Parameters
        private int exitCode;

        @Override
        public Integer call() {
            return exitCode;
        }
    }
}
