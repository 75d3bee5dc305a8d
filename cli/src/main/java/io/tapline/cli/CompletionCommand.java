// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tapline completion}. */
@Command(
        name = "completion",
        description = "Print a script that makes bash and zsh complete commands and options.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "For this shell:   source <(tapline completion)",
            "For every shell:  tapline completion > /etc/bash_completion.d/tapline"
        })
final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // picocli fills in the field.
    @SuppressWarnings("NullAway.Init")
    CompletionCommand() {}

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash(root.getCommandName(), root));
        out.flush();
    }
}
