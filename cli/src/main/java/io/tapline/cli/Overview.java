// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import io.tapline.cli.CommandGroup.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The list of commands in {@code tapline --help}, by sections. */
final class Overview {
    /** Commands that look at all others. */
    private static final Set<String> NEED_OTHERS = Set.of("help", "completion", "manual");

    private final Map<Section, List<String>> names = new EnumMap<>(Section.class);

    /**
     * Adds the commands to the command line and takes its list over. To read a command's options takes picocli
     * milliseconds, so when the arguments name a command that needs no other, only that one is added.
     */
    static void install(CommandLine commandLine, List<CommandGroup> groups, String... args) {
        Overview overview = new Overview();
        overview.names.put(Section.OTHER, new ArrayList<>(List.of("help")));
        Optional<Object> alone = alone(groups, args);
        if (alone.isPresent()) {
            commandLine.addSubcommand(new CommandLine(alone.get()));
            return;
        }
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

    private static Optional<Object> alone(List<CommandGroup> groups, String... args) {
        Optional<String> name =
                Stream.of(args).filter(arg -> !arg.startsWith("-")).findFirst();
        return name.filter(wanted -> !NEED_OTHERS.contains(wanted))
                .flatMap(wanted -> groups.stream()
                        .flatMap(group -> group.commands().stream())
                        .filter(command -> wanted.equals(nameOf(command)))
                        .findFirst());
    }

    private static String nameOf(Object command) {
        Command annotation = command.getClass().getAnnotation(Command.class);
        return annotation == null ? "" : annotation.name();
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
