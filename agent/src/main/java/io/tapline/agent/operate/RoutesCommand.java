// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.RouteView;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline routes}. */
@Command(name = "routes", description = "Routes of the switch, by forwarding table.", mixinStandardHelpOptions = true)
final class RoutesCommand extends ViewCommand<RouteView> {
    RoutesCommand() {
        super("/v1/routes", RouteView.class);
    }

    @Override
    List<Table.Column<RouteView>> columns() {
        return List.of(
                Table.Column.of("TABLE", RouteView::table),
                Table.Column.of("PREFIX", RouteView::prefix),
                Table.Column.of("KIND", RouteView::kind),
                Table.Column.of("VIA", RouteView::via));
    }

    @Override
    String none() {
        return "the switch has no route";
    }
}
