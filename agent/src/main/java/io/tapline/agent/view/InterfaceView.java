// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import java.util.List;
import java.util.Set;

/**
 * An interface of the switch.
 *
 * @param index {@code sw_if_index}
 * @param name as in traces
 * @param owner who sits at the other end, in words
 * @param up whether a device is connected to it
 * @param mac the switch's own hardware address there
 * @param addresses the switch's own addresses there, with their subnets
 * @param mtu in bytes
 * @param table forwarding table (VRF) of what enters there
 * @param traffic what went through it
 */
public record InterfaceView(
        int index,
        String name,
        String owner,
        boolean up,
        String mac,
        List<String> addresses,
        int mtu,
        int table,
        Traffic traffic) {
    /** All interfaces. */
    static List<InterfaceView> of(SwitchConfig config, Set<Integer> connected, Counters counters) {
        return config.interfaces().stream()
                .map(iface -> of(iface, connected.contains(iface.index()), counters))
                .toList();
    }

    private static InterfaceView of(InterfaceConfig iface, boolean up, Counters counters) {
        return new InterfaceView(
                iface.index(),
                iface.name(),
                iface.owner(),
                up,
                MacAddress.format(iface.mac()),
                iface.addresses().stream().map(IpPrefix::toString).toList(),
                iface.mtu(),
                iface.table(),
                Traffic.of(counters, iface.index()));
    }
}
