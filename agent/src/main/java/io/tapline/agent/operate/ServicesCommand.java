// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.ServiceRow;
import io.tapline.agent.view.ServiceRow.BackendRow;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline services}. */
@Command(
        name = "services",
        description = "Services and backends: which get connections, which do not, and why.",
        mixinStandardHelpOptions = true)
final class ServicesCommand extends ViewCommand<ServiceRow> {
    /** A backend of a port, or a port without any. */
    private record Line(ServiceRow service, BackendRow backend) {}

    private static final BackendRow NOBODY =
            new BackendRow("no endpoint", "", "", false, "refused", "clients get a reset or unreachable", 0, 0, 0);

    ServicesCommand() {
        super("/v1/services", ServiceRow.class);
    }

    @Override
    String format(List<ServiceRow> services, boolean wide) {
        List<Line> lines = new ArrayList<>();
        for (ServiceRow service : services) {
            List<BackendRow> backends = service.backends().isEmpty() ? List.of(NOBODY) : service.backends();
            backends.forEach(backend -> lines.add(new Line(service, backend)));
        }
        List<Table.Column<Line>> columns = List.of(
                Table.Column.of("SERVICE", line -> line.service().service()),
                Table.Column.of("PORT", line -> port(line.service())),
                Table.Column.of(
                        "ADDRESSES", line -> String.join(",", line.service().addresses())),
                Table.Column.of("BACKEND", line -> line.backend().address()),
                Table.Column.of("POD", line -> line.backend().pod()),
                Table.Column.of("STATE", line -> line.backend().state()),
                Table.Column.of("WEIGHT", line -> line.backend().weight()),
                Table.Column.of("SESSIONS", line -> line.backend().sessions()),
                Table.Column.of("MADE", line -> line.backend().sessionsMade()),
                Table.Column.wide("NODE", line -> line.backend().node()),
                Table.Column.of("REASON", line -> line.backend().reason()));
        return new Table<>(columns, wide).format(lines);
    }

    private static String port(ServiceRow service) {
        return service.port().isEmpty() ? service.protocol() : service.port() + "/" + service.protocol();
    }

    @Override
    List<Table.Column<ServiceRow>> columns() {
        return List.of();
    }

    @Override
    String none() {
        return "no service is declared";
    }
}
