// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.control.node.DeviceWiring;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.wire.IpAddress;
import java.util.Map;

/**
 * A node that is not there, for whoever wants to build it of real interfaces.
 *
 * @param config what its switch holds
 * @param devices what is behind the ports to its host and its pods, by interface index
 * @param ports the interface behind which an address is; for other addresses it is {@code uplink}, or the other nodes
 *     behind {@code overlay}
 * @param overlay index of the interface to the other nodes, which share one link
 * @param uplink index of the interface to the world
 * @param world what is behind that
 */
public record NodeWiring(
        String name,
        SwitchConfig config,
        Map<Integer, DeviceWiring> devices,
        Map<IpAddress, Integer> ports,
        int overlay,
        int uplink,
        DeviceWiring world) {
    /** Copies the maps. */
    public NodeWiring {
        devices = Map.copyOf(devices);
        ports = Map.copyOf(ports);
    }
}
