// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.config.AgentConfig.Entry;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline config show}. */
@Command(
        name = "show",
        description = "The configuration that the agent runs with, key by key.",
        mixinStandardHelpOptions = true)
final class ConfigShowCommand extends ViewCommand<Entry> {
    ConfigShowCommand() {
        super("/v1/config", Entry.class);
    }

    @Override
    List<Table.Column<Entry>> columns() {
        return List.of(
                Table.Column.of("KEY", Entry::key),
                Table.Column.of("VALUE", Entry::value),
                Table.Column.of("FROM", entry -> entry.given() ? "file" : "default"),
                Table.Column.wide("MEANING", Entry::meaning));
    }

    @Override
    String none() {
        return "no key";
    }
}
