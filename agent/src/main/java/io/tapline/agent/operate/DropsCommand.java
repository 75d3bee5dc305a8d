// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.DropRow;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline drops}. */
@Command(
        name = "drops",
        description = "Packets that were dropped: why, and who sent them.",
        mixinStandardHelpOptions = true,
        footer = {"", "To see such packets: tapline trace --dropped REASON"})
final class DropsCommand extends ViewCommand<DropRow> {
    DropsCommand() {
        super("/v1/drops", DropRow.class);
    }

    @Override
    List<Table.Column<DropRow>> columns() {
        return List.of(
                Table.Column.of("PACKETS", DropRow::packets),
                Table.Column.of("REASON", DropRow::reason),
                Table.Column.of("FROM", row -> row.owner().isEmpty() ? row.interfaceName() : row.owner()),
                Table.Column.wide("INTERFACE", DropRow::interfaceName),
                Table.Column.of("BECAUSE", DropRow::because));
    }

    @Override
    String none() {
        return "nothing was dropped";
    }
}
