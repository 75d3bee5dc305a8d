// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** The commands in the order of a manual, and the manual as Markdown. */
final class Manual {
    private static final int WIDTH = 100;

    private Manual() {}

    /** A command and all below it by name, the help command left out. */
    static List<CommandLine> commands(CommandLine root) {
        List<CommandLine> commands = new ArrayList<>();
        commands.add(root);
        root.getSubcommands().values().stream()
                .distinct()
                .filter(command -> !command.getCommandName().equals("help"))
                .sorted(Comparator.comparing(CommandLine::getCommandName))
                .forEach(command -> commands.addAll(commands(command)));
        return commands;
    }

    /** The name of a command's man page, such as {@code tapline-config-show}. */
    static String page(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    /** A section for each command: its help, word for word. */
    static String markdown(List<CommandLine> commands) {
        StringBuilder text = new StringBuilder("""
                # Commands

                What `--help` says of each, as `tapline manual --markdown docs` writes it. As man pages:
                `tapline manual DIRECTORY`. Completion in bash and zsh: `source <(tapline completion)`.
                """);
        for (CommandLine command : commands) {
            command.getCommandSpec().usageMessage().width(WIDTH);
            text.append("\n## ")
                    .append(command.getCommandSpec().qualifiedName())
                    .append("\n\n```\n");
            text.append(command.getUsageMessage(Ansi.OFF)
                    .replaceAll("[ \\t]+(?=\\R)", "")
                    .strip());
            text.append("\n```\n");
        }
        return text.toString();
    }

    /** The header, or else the first line of the description. */
    static String title(Help help) {
        String[] header = help.commandSpec().usageMessage().header();
        String[] lines =
                header.length > 0 ? header : help.commandSpec().usageMessage().description();
        return lines.length == 0 ? "" : lines[0];
    }
}
