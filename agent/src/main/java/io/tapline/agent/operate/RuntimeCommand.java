// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.NodeRow;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline runtime}. */
@Command(
        name = "runtime",
        description = "What the nodes of the packet graph have done, and how fast.",
        mixinStandardHelpOptions = true)
final class RuntimeCommand extends ViewCommand<NodeRow> {
    RuntimeCommand() {
        super("/v1/runtime", NodeRow.class);
    }

    @Override
    List<Table.Column<NodeRow>> columns() {
        return List.of(
                Table.Column.of("NODE", NodeRow::node),
                Table.Column.of("CALLS", NodeRow::calls),
                Table.Column.of("PACKETS", NodeRow::packets),
                Table.Column.of("PER-CALL", NodeRow::packetsPerCall),
                Table.Column.of("NS/PACKET", NodeRow::nanosPerPacket));
    }

    @Override
    String none() {
        return "no packet has come yet";
    }
}
