// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel must hold about one device, in the namespace of a pod or of the host.
 *
 * @param device its name
 * @param mac its hardware address
 * @param mtu in bytes
 * @param addresses its addresses, with the prefix that is on its link
 * @param routes routes over it, in an order in which each can be added
 * @param neighbors permanent neighbours on it
 */
public record DeviceWiring(
        String device, long mac, int mtu, List<IpPrefix> addresses, List<Route> routes, List<Neighbor> neighbors) {
    /**
     * A route over the device.
     *
     * @param gateway who gets the packets; empty when the destination is on the link
     */
    public record Route(IpPrefix destination, Optional<IpAddress> gateway) {}

    /** A permanent neighbour. */
    public record Neighbor(IpAddress address, long mac) {}

    /** Copies the lists. */
    public DeviceWiring {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        neighbors = List.copyOf(neighbors);
    }
}
