// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Optional;

/**
 * The network card that switch and host share, as the kernel has it at present.
 *
 * @param device its name
 * @param mac its hardware address
 * @param mtu in bytes
 * @param addresses the node's IPv4 addresses on it with their subnets, at least one; pods are seen outside as the first
 * @param routes the host's routes
 */
public record Uplink(String device, long mac, int mtu, List<IpPrefix> addresses, List<Route> routes) {
    /**
     * A route of the host's.
     *
     * @param gateway empty when the destination is on the link
     * @param here whether it leads over the uplink; the host itself is the way to the others
     */
    public record Route(IpPrefix destination, Optional<IpAddress> gateway, boolean here) {}

    /** Checks that there is an address, and copies the lists. */
    public Uplink {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "the uplink " + device + " has no IPv4 address; give it one, or name another interface");
        }
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** The address that stands for pods outside. */
    public IpAddress address() {
        return addresses.getFirst().address();
    }
}
