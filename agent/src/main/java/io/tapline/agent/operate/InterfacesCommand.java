// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.InterfaceView;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline interfaces}. */
@Command(name = "interfaces", description = "Interfaces of the switch, with counters.", mixinStandardHelpOptions = true)
final class InterfacesCommand extends ViewCommand<InterfaceView> {
    InterfacesCommand() {
        super("/v1/interfaces", InterfaceView.class);
    }

    @Override
    List<Table.Column<InterfaceView>> columns() {
        return List.of(
                Table.Column.of("INDEX", InterfaceView::index),
                Table.Column.of("NAME", InterfaceView::name),
                Table.Column.of("STATE", row -> row.up() ? "up" : "down"),
                Table.Column.of("OWNER", InterfaceView::owner),
                Table.Column.of("MTU", InterfaceView::mtu),
                Table.Column.of("TABLE", InterfaceView::table),
                Table.Column.of("RX-FRAMES", row -> row.traffic().receivedFrames()),
                Table.Column.of("RX-BYTES", row -> row.traffic().receivedBytes()),
                Table.Column.of("TX-FRAMES", row -> row.traffic().sentFrames()),
                Table.Column.of("TX-BYTES", row -> row.traffic().sentBytes()),
                Table.Column.of("DROPPED", row -> row.traffic().dropped()),
                Table.Column.wide("MAC", InterfaceView::mac),
                Table.Column.wide("ADDRESSES", row -> String.join(",", row.addresses())));
    }

    @Override
    String none() {
        return "the switch has no interface";
    }
}
