// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.cli.UserError;
import java.io.Console;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How a view is shown, and how often. */
final class ShowOptions {
    private static final int NEVER = 0;
    private static final int MAX_SECONDS = 3600;
    private static final String CLEAR = "\033[H\033[2J\033[3J";

    /** Forms of output. */
    enum Form {
        /** For people. */
        table,
        /** For people with a wide screen. */
        wide,
        /** For programs. */
        json,
        /** For people and programs. */
        yaml
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table (default), wide, json or yaml.")
    private Form form = Form.table;

    @Option(
            names = {"-w", "--watch"},
            paramLabel = "SECONDS",
            arity = "0..1",
            fallbackValue = "2",
            description = "Show it again every so many seconds (2 if none are given) until Ctrl-C.")
    private int watch = NEVER;

    // picocli fills in the fields.
    ShowOptions() {}

    /** Shows a document; {@code table} puts it into words, wide or not. */
    void show(PrintWriter out, Supplier<Answer> document, Function<Boolean, Function<String, String>> table) {
        if (watch < 0 || watch > MAX_SECONDS) {
            throw UserError.usage("--watch: " + watch + " is outside 1.." + MAX_SECONDS + " s");
        }
        boolean terminal = isTerminal();
        do {
            String text = document.get().text();
            String shown = switch (form) {
                case json -> text;
                case yaml -> Json.yaml(text);
                case table -> table.apply(false).apply(text);
                case wide -> table.apply(true).apply(text);
            };
            out.print(watch != NEVER && terminal ? CLEAR + shown : shown);
            out.flush();
        } while (watch != NEVER && pause());
    }

    @SuppressWarnings("SystemConsoleNull") // NullAway has it as nullable, as it was before JDK 22
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(watch);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
