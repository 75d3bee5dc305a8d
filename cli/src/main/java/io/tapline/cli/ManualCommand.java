// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapline manual}. */
@Command(
        name = "manual",
        header = "Write the manual: man pages, or one page of Markdown.",
        description = "Write the manual, made from the commands' own help: man pages, or one page of Markdown.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sudo tapline manual /usr/local/share/man/man1 && man tapline-status"})
final class ManualCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--markdown", description = "One page of Markdown instead; its name is commands.md.")
    private boolean markdown;

    @Parameters(paramLabel = "DIRECTORY", description = "Where to write; it is made if it is not there.")
    private Path directory;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ManualCommand() {}

    @Override
    public void run() {
        List<CommandLine> commands = Manual.commands(spec.root().commandLine());
        PrintWriter out = spec.commandLine().getOut();
        try {
            Files.createDirectories(directory);
            if (markdown) {
                Files.writeString(directory.resolve("commands.md"), Manual.markdown(commands));
                out.println(directory.resolve("commands.md") + ": " + commands.size() + " commands");
            } else {
                for (CommandLine command : commands) {
                    Files.writeString(directory.resolve(Manual.page(command) + ".1"), ManPage.of(command));
                }
                out.println(directory + ": " + commands.size() + " man pages");
            }
            out.flush();
        } catch (IOException e) {
            throw UserError.failure("cannot write the manual: " + UserError.reason(e), e);
        }
    }
}
