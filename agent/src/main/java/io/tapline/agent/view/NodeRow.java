// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.graph.NodeIndex;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a node of the packet graph has done.
 *
 * @param node its name
 * @param calls how often it was called
 * @param packets how many packets it handled
 * @param packetsPerCall how many at a time
 * @param nanosPerPacket mean time for one, from the calls that were timed; 0 when none was
 */
public record NodeRow(String node, long calls, long packets, double packetsPerCall, double nanosPerPacket) {
    /** All nodes that were called. */
    static List<NodeRow> of(Counters counters) {
        return IntStream.range(0, NodeIndex.COUNT)
                .filter(node -> counters.nodeCalls(node) > 0)
                .mapToObj(node -> of(node, counters))
                .toList();
    }

    private static NodeRow of(int node, Counters counters) {
        long calls = counters.nodeCalls(node);
        long packets = counters.nodeFrames(node);
        return new NodeRow(
                NodeIndex.name(node), calls, packets, (double) packets / calls, counters.nodeNanosPerFrame(node));
    }
}
