// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code bench ...} in this JVM. */
public final class CommandLines {
    private CommandLines() {}

    /** What a command line gave. */
    public record Outcome(int exitCode, String out, String err) {
        /** The output as a document. */
        public JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    /** Runs one command line, such as {@code chain --rounds 1}. */
    public static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new BenchCommands().commands().getFirst())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        command.getCommandSpec().versionProvider(() -> new String[] {"tapline 1.2.3", "JDK"});
        int exitCode = command.execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }
}
