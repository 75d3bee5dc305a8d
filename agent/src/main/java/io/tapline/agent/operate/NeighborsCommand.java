// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.NeighborRow;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline neighbors}. */
@Command(
        name = "neighbors",
        description = "Neighbours of the switch: configured, and found by ARP.",
        mixinStandardHelpOptions = true)
final class NeighborsCommand extends ViewCommand<NeighborRow> {
    NeighborsCommand() {
        super("/v1/neighbors", NeighborRow.class);
    }

    @Override
    List<Table.Column<NeighborRow>> columns() {
        return List.of(
                Table.Column.of("ADDRESS", NeighborRow::address),
                Table.Column.of("MAC", NeighborRow::mac),
                Table.Column.of("INTERFACE", NeighborRow::interfaceName),
                Table.Column.of("STATE", NeighborRow::state),
                Table.Column.of("AGE", row -> Words.age(row.ageSeconds())),
                Table.Column.of("WAITING", NeighborRow::framesWaiting));
    }

    @Override
    String none() {
        return "the switch has no neighbour";
    }
}
