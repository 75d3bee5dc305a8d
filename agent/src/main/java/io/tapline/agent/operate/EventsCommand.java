// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.EventRow;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapline events}. */
@Command(
        name = "events",
        description = "What happened: pods added and deleted, changes of intent, resyncs.",
        mixinStandardHelpOptions = true)
final class EventsCommand extends ViewCommand<EventRow> {
    @Option(names = "--since", paramLabel = "NUMBER", description = "Only events after this one.")
    private long since;

    EventsCommand() {
        super("/v1/events", EventRow.class);
    }

    @Override
    Map<String, String> parameters() {
        return Map.of("since", Long.toString(since));
    }

    @Override
    List<Table.Column<EventRow>> columns() {
        return List.of(
                Table.Column.of("NUMBER", EventRow::sequence),
                Table.Column.of("BEGAN", row -> row.began().truncatedTo(ChronoUnit.SECONDS)),
                Table.Column.of("TOOK-MS", EventRow::tookMillis),
                Table.Column.of("RESULT", row -> row.failed() ? "FAILED" : "ok"),
                Table.Column.of("KIND", EventRow::kind),
                Table.Column.of("CAUSE", EventRow::cause),
                Table.Column.of("OUTCOME", EventRow::outcome));
    }

    @Override
    String none() {
        return "nothing has happened";
    }
}
