// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import io.tapline.agent.view.PodView;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tapline pods}. */
@Command(name = "pods", description = "Pods that are attached to this node.", mixinStandardHelpOptions = true)
final class PodsCommand extends ViewCommand<PodView> {
    private static String isolation(List<String> policies) {
        return policies.isEmpty() ? "open" : String.join(",", policies);
    }

    PodsCommand() {
        super("/v1/pods", PodView.class);
    }

    @Override
    List<Table.Column<PodView>> columns() {
        return List.of(
                Table.Column.of("POD", PodView::pod),
                Table.Column.of("ADDRESS", PodView::address),
                Table.Column.of("STATE", PodView::state),
                Table.Column.of("INTERFACE", PodView::interfaceName),
                Table.Column.of("INGRESS", pod -> isolation(pod.ingressPolicies())),
                Table.Column.of("EGRESS", pod -> isolation(pod.egressPolicies())),
                Table.Column.of("FRAMES-FROM", pod -> pod.traffic().receivedFrames()),
                Table.Column.of("FRAMES-TO", pod -> pod.traffic().sentFrames()),
                Table.Column.of("DROPPED", pod -> pod.traffic().dropped()),
                Table.Column.wide("BYTES-FROM", pod -> pod.traffic().receivedBytes()),
                Table.Column.wide("BYTES-TO", pod -> pod.traffic().sentBytes()),
                Table.Column.wide("DROPPED-BY", pod -> pod.traffic().droppedBy().toString()),
                Table.Column.wide("CONTAINER", PodView::container),
                Table.Column.wide("NAMESPACE", PodView::namespacePath),
                Table.Column.wide("REASON", pod -> pod.reason().orElse("")));
    }

    @Override
    String none() {
        return "no pod is attached";
    }
}
