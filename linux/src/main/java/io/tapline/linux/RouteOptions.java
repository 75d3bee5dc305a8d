// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The less common properties of a {@link Route}.
 *
 * @param mtu the path MTU in bytes, 0 for that of the device
 * @param source the source address for packets that have none yet
 * @param protocol who made the route (kernel {@code RTPROT_*}; see {@code /etc/iproute2/rt_protos}), 0 to 255
 */
public record RouteOptions(int mtu, Optional<InetAddress> source, int protocol) {
    /** {@code RTPROT_STATIC}: made by an administrator. */
    public static final int PROTOCOL_STATIC = 4;

    /** No path MTU, no source, static. */
    public static final RouteOptions DEFAULT = new RouteOptions(0, Optional.empty(), PROTOCOL_STATIC);

    /** @throws IllegalArgumentException if a number is out of range */
    public RouteOptions {
        if (mtu < 0 || protocol < 0 || protocol > 255) {
            throw new IllegalArgumentException(
                    "mtu must not be negative and protocol be 0 to 255, not " + mtu + " and " + protocol);
        }
    }
}
