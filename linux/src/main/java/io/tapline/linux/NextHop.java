// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a route leads.
 *
 * @param gateway the router; empty if the destination is on the link
 * @param ifIndex the device, 0 to let the kernel find the one towards the gateway
 * @param onLink take the gateway as being on the device's link, although no route says so
 */
public record NextHop(Optional<InetAddress> gateway, int ifIndex, boolean onLink) {
    /** On the device's link. */
    public static NextHop dev(int ifIndex) {
        return new NextHop(Optional.empty(), ifIndex, false);
    }

    /** By a router on the device's link. */
    public static NextHop via(InetAddress gateway, int ifIndex) {
        return new NextHop(Optional.of(gateway), ifIndex, false);
    }

    /** With {@link #onLink} set. */
    public NextHop withOnLink() {
        return new NextHop(gateway, ifIndex, true);
    }

    @Override
    public String toString() {
        return gateway.map(address -> " via " + address.getHostAddress()).orElse("")
                + (ifIndex == 0 ? "" : " dev #" + ifIndex)
                + (onLink ? " onlink" : "");
    }
}
