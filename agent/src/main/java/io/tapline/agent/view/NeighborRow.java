// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.NeighborView;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.wire.MacAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * A neighbour of the switch.
 *
 * @param address its address
 * @param mac its hardware address; empty while it is being asked for
 * @param interfaceName where it is
 * @param state {@code permanent} (configured), {@code reachable} or {@code incomplete} (being asked for)
 * @param ageSeconds since it answered ARP last; 0 if that does not apply
 * @param framesWaiting frames that wait for its answer
 */
public record NeighborRow(
        String address, String mac, String interfaceName, String state, int ageSeconds, int framesWaiting) {
    /** All neighbours, those configured first. */
    static List<NeighborRow> of(SwitchConfig config, List<NeighborView> dynamic) {
        return Stream.concat(
                        config.neighbors().stream().map(NeighborRow::of),
                        dynamic.stream().map(NeighborRow::of))
                .toList();
    }

    private static NeighborRow of(NeighborConfig neighbor) {
        return new NeighborRow(
                neighbor.address().toString(), MacAddress.format(neighbor.mac()), neighbor.device(), "permanent", 0, 0);
    }

    private static NeighborRow of(NeighborView neighbor) {
        return new NeighborRow(
                neighbor.address().toString(),
                neighbor.isResolved() ? MacAddress.format(neighbor.mac()) : "",
                neighbor.interfaceName(),
                neighbor.isResolved() ? "reachable" : "incomplete",
                neighbor.confirmedSecondsAgo(),
                neighbor.framesHeld());
    }
}
