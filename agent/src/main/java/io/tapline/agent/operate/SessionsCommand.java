// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.Items;
import io.tapline.agent.view.NatSessionRow;
import io.tapline.agent.view.SessionRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline sessions}. */
@Command(
        name = "sessions",
        description = "Connections that the switch remembers, or with --nat translations.",
        mixinStandardHelpOptions = true)
final class SessionsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AgentOption agent;

    @Mixin
    private ShowOptions options;

    @Option(names = "--nat", description = "Translations of services and of source addresses.")
    private boolean nat;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show so many at most (default ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--pod", paramLabel = "POD", description = "Only those of a pod, NAMESPACE/NAME.")
    private @Nullable String pod;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    SessionsCommand() {}

    @Override
    public void run() {
        Map<String, String> parameters = new HashMap<>(Map.of("limit", Integer.toString(limit)));
        if (pod != null) {
            parameters.put("pod", pod);
        }
        options.show(
                spec.commandLine().getOut(),
                () -> agent.get(nat ? "/v1/nat-sessions" : "/v1/sessions", parameters),
                wide -> text -> nat
                        ? table(Json.items(text, NatSessionRow.class), translations(), wide)
                        : table(Json.items(text, SessionRow.class), sessions(), wide));
    }

    private static <T> String table(Items<T> list, List<Table.Column<T>> columns, boolean wide) {
        if (list.items().isEmpty() && list.total() == 0) {
            return "no connection" + System.lineSeparator();
        }
        long hidden = list.total() - list.items().size();
        String more = hidden > 0 ? "... and " + Words.number(hidden) + " more; see --limit" : "";
        return new Table<>(columns, wide).format(list.items()) + (more.isEmpty() ? "" : more + System.lineSeparator());
    }

    private static List<Table.Column<SessionRow>> sessions() {
        return List.of(
                Table.Column.of("PROTOCOL", SessionRow::protocol),
                Table.Column.of("SOURCE", row -> row.source() + ":" + row.sourcePort()),
                Table.Column.of("DESTINATION", row -> row.destination() + ":" + row.destinationPort()),
                Table.Column.of("AT", row -> row.owner().isEmpty() ? row.interfaceName() : row.owner()),
                Table.Column.of("STATE", SessionRow::state),
                Table.Column.of("AGE", row -> Words.age(row.ageSeconds())),
                Table.Column.of("IDLE", row -> Words.age(row.idleSeconds())),
                Table.Column.wide("OPENED-BY", SessionRow::openedBy),
                Table.Column.wide("INTERFACE", SessionRow::interfaceName),
                Table.Column.of("ALLOWED-BY", SessionRow::allowedBy));
    }

    private static List<Table.Column<NatSessionRow>> translations() {
        return List.of(
                Table.Column.of("PROTOCOL", NatSessionRow::protocol),
                Table.Column.of("CLIENT", NatSessionRow::client),
                Table.Column.of("TO", NatSessionRow::service),
                Table.Column.of("BECOMES", NatSessionRow::backend),
                Table.Column.of("SEEN-AS", NatSessionRow::sourceSeen),
                Table.Column.of("STATE", NatSessionRow::state),
                Table.Column.of("IDLE", row -> Words.age(row.idleSeconds())),
                Table.Column.wide("LEFT", row -> Words.age(row.leftSeconds())),
                Table.Column.wide("MADE-BY", NatSessionRow::madeBy),
                Table.Column.of("FOR", NatSessionRow::origin));
    }
}
