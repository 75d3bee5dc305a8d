// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.Items;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that shows a list of the agent's.
 *
 * @param <T> an entry of the list
 */
abstract class ViewCommand<T> implements Runnable {
    private final String path;
    private final Class<T> type;

    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Mixin
    private ShowOptions options;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    ViewCommand(String path, Class<T> type) {
        this.path = path;
        this.type = type;
    }

    /** What to show of an entry. */
    abstract List<Table.Column<T>> columns();

    /** Parameters of the request. */
    Map<String, String> parameters() {
        return Map.of();
    }

    /** What to say when the list is empty. */
    abstract String none();

    @Override
    public void run() {
        options.show(
                spec.commandLine().getOut(),
                () -> agent.get(path, parameters()),
                wide -> text -> table(Json.items(text, type), wide));
    }

    private String table(Items<T> list, boolean wide) {
        if (list.items().isEmpty()) {
            return none() + System.lineSeparator();
        }
        String table = format(list.items(), wide);
        long hidden = list.total() - list.items().size();
        return hidden > 0 ? table + "... and " + hidden + " more; see --limit" + System.lineSeparator() : table;
    }

    /** The entries in words. */
    String format(List<T> entries, boolean wide) {
        return new Table<>(columns(), wide).format(entries);
    }
}
