// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.wire.IpAddress;

/**
 * A neighbour that ARP has found or is looking for, at one moment. Static neighbours are in the configuration.
 *
 * @param interfaceIndex where it is
 * @param interfaceName that interface's name
 * @param address its IPv4 address
 * @param isResolved whether it has answered; else it is being asked
 * @param mac its MAC address; 0 until it is resolved
 * @param confirmedSecondsAgo since it answered last; 0 until it is resolved
 * @param requests that have gone out since then
 * @param framesHeld frames that wait for it
 */
public record NeighborView(
        int interfaceIndex,
        String interfaceName,
        IpAddress address,
        boolean isResolved,
        long mac,
        int confirmedSecondsAgo,
        int requests,
        int framesHeld) {}
