// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;
import java.util.Optional;

/**
 * One path of a route.
 *
 * @param device name of the egress interface; empty for a recursive path, which follows the route to {@code gateway}
 * @param gateway the neighbour that gets the packet; empty when the destination itself is on the link
 * @param weight share among the paths, 1..{@value #MAX_WEIGHT}
 */
public record NextHop(Optional<String> device, Optional<IpAddress> gateway, int weight) {
    /** Largest weight. */
    public static final int MAX_WEIGHT = 255;

    /** Checks that the path leads somewhere. */
    public NextHop {
        if (device.isEmpty() && gateway.isEmpty()) {
            throw new ConfigException("a next hop needs an interface, a gateway, or both");
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new ConfigException("next hop weight " + weight + " is outside 1.." + MAX_WEIGHT);
        }
    }

    /** The destination is on this interface's link. */
    public static NextHop onLink(String device) {
        return new NextHop(Optional.of(device), Optional.empty(), 1);
    }

    /** Through a neighbour on this interface. */
    public static NextHop via(String device, IpAddress gateway) {
        return new NextHop(Optional.of(device), Optional.of(gateway), 1);
    }

    /** Wherever the route to {@code gateway} leads. */
    public static NextHop recursive(IpAddress gateway) {
        return new NextHop(Optional.empty(), Optional.of(gateway), 1);
    }

    /** This path with another weight. */
    public NextHop withWeight(int newWeight) {
        return new NextHop(device, gateway, newWeight);
    }
}
