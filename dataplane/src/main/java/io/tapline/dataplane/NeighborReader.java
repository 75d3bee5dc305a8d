// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.table.Neighbors;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** Reads the dynamic neighbours part by part. Worker thread; the table is small, so that views are made at once. */
final class NeighborReader {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private NeighborReader() {}

    /** The neighbours from number {@code from} on. */
    static Page<NeighborView> read(Neighbors neighbors, int from, long nowNanos, Interfaces interfaces) {
        int end = Page.end(from, neighbors.capacity());
        List<NeighborView> views = new ArrayList<>();
        for (int entry = from; entry < end; entry++) {
            if (neighbors.isUsed(entry)) {
                views.add(view(neighbors, entry, nowNanos, interfaces));
            }
        }
        return new Page<>(views, Page.next(end, neighbors.capacity()));
    }

    private static NeighborView view(Neighbors neighbors, int entry, long nowNanos, Interfaces interfaces) {
        int index = neighbors.interfaceIndex(entry);
        boolean resolved = neighbors.isResolved(entry);
        return new NeighborView(
                index,
                interfaces.name(index),
                IpAddress.ofIpv4(neighbors.address(entry)),
                resolved,
                resolved ? neighbors.mac(entry) : 0,
                resolved ? (int) ((nowNanos - neighbors.confirmedNanos(entry)) / SECOND_NANOS) : 0,
                neighbors.requests(entry),
                neighbors.heldCount(entry));
    }
}
