// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A command's man page, in the macros of {@code man(7)}. picocli's own generator writes AsciiDoc, which needs
 * Asciidoctor and so Ruby to become a man page.
 */
final class ManPage {
    private final StringBuilder text = new StringBuilder();
    private final CommandSpec spec;
    private final Help help;

    private ManPage(CommandLine command) {
        spec = command.getCommandSpec();
        help = new Help(spec, Help.defaultColorScheme(Ansi.OFF));
    }

    static String of(CommandLine command) {
        ManPage page = new ManPage(command);
        page.write(Manual.page(command));
        return page.text.toString();
    }

    private void write(String page) {
        line(".TH " + escape(page.toUpperCase(Locale.ROOT)) + " 1 \"\" \"tapline\" \"Tapline manual\"");
        section("NAME");
        line(escape(page) + " \\- " + escape(Manual.title(help)));
        section("SYNOPSIS");
        line(".B " + escape(help.synopsis(0).strip().replaceAll("\\s+", " ")));
        section("DESCRIPTION");
        paragraphs(spec.usageMessage().description());
        arguments();
        commands();
        exitCodes(spec.usageMessage());
        examples(spec.usageMessage().footer());
        section("SEE ALSO");
        line(".BR tapline (1)");
    }

    private void arguments() {
        if (!spec.positionalParameters().isEmpty()) {
            section("ARGUMENTS");
            for (PositionalParamSpec argument : spec.positionalParameters()) {
                item(argument.paramLabel(), argument);
            }
        }
        section("OPTIONS");
        for (OptionSpec option : spec.options()) {
            String label = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
            item(String.join(", ", option.names()) + label, option);
        }
    }

    private void item(String name, ArgSpec argument) {
        line(".TP");
        line(".B " + escape(name));
        String value = String.valueOf(argument.defaultValue());
        paragraphs(Arrays.stream(argument.description())
                .map(text -> text.replace("${DEFAULT-VALUE}", value))
                .toArray(String[]::new));
    }

    private void commands() {
        if (spec.subcommands().isEmpty()) {
            return;
        }
        section("COMMANDS");
        for (Map.Entry<String, CommandLine> entry : spec.subcommands().entrySet()) {
            line(".TP");
            line(".B " + escape(entry.getKey()));
            line(escape(Manual.title(entry.getValue().getHelp())));
        }
    }

    private void exitCodes(UsageMessageSpec usage) {
        if (usage.exitCodeList().isEmpty()) {
            return;
        }
        section("EXIT STATUS");
        usage.exitCodeList().forEach((code, meaning) -> {
            line(".TP");
            line(".B " + escape(code.strip()));
            line(escape(meaning));
        });
    }

    private void examples(String[] footer) {
        if (footer.length == 0) {
            return;
        }
        section("EXAMPLES");
        line(".nf");
        Arrays.stream(footer)
                .map(String::strip)
                .filter(l -> !l.isEmpty() && !l.equals("Examples:"))
                .forEach(l -> line(escape(l)));
        line(".fi");
    }

    private void paragraphs(String[] lines) {
        for (String line : lines) {
            line(escape(line.replace("%n", " ").replace("%%", "%").strip()));
        }
    }

    private void section(String title) {
        line(".SH " + title);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** A backslash begins an escape, a dot or quote at the beginning a macro, and a bare hyphen may be broken. */
    private static String escape(String raw) {
        String escaped = raw.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
