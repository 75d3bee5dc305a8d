// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import io.tapline.cli.CommandGroup.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The list of commands in {@code tapline --help}, by sections. */
final class Overview {
    private final Map<Section, List<String>> names = new EnumMap<>(Section.class);

    /** Adds the commands to the command line and takes its list over. */
    static void install(CommandLine commandLine, List<CommandGroup> groups) {
        Overview overview = new Overview();
        overview.names.put(Section.OTHER, new ArrayList<>(List.of("help")));
        for (CommandGroup group : groups) {
            for (Object command : group.commands()) {
                CommandLine line = new CommandLine(command);
                commandLine.addSubcommand(line);
                overview.names
                        .computeIfAbsent(group.section(), none -> new ArrayList<>())
                        .add(line.getCommandName());
            }
        }
        overview.names.values().forEach(list -> list.sort(Comparator.naturalOrder()));
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, overview::render);
    }

    private String render(Help help) {
        StringBuilder text = new StringBuilder();
        int width = help.subcommands().keySet().stream()
                .mapToInt(String::length)
                .max()
                .orElse(0);
        names.forEach((section, list) -> {
            text.append(String.format("%n%s:%n", section.title()));
            for (String name : list) {
                Help command = help.subcommands().get(name);
                if (command != null) {
                    text.append(String.format("  %-" + width + "s  %s%n", name, Manual.title(command)));
                }
            }
        });
        return text.toString();
    }
}
