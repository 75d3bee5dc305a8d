// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.agent.operate.OperatorCommands;
import io.tapline.cli.UserError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs operators' commands against an agent. */
final class Operator {
    private final Path socket;

    /** What came of a command. */
    record Outcome(int exitCode, String out, String err) {}

    Operator(Path socket) {
        this.socket = socket;
    }

    /** Runs one command line, given as words divided by spaces. */
    Outcome run(String commandLine) {
        return run((commandLine + " --socket " + socket).split(" "));
    }

    static Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine root = new CommandLine(CommandSpec.create().name("tapline"));
        new OperatorCommands().commands().forEach(root::addSubcommand);
        int exitCode = root.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (e instanceof UserError error) {
                        err.append(error.getMessage());
                        return error.exitCode();
                    }
                    throw e;
                })
                .execute(words);
        return new Outcome(exitCode, out.toString(), err.toString());
    }
}
