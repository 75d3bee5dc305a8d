// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;

/**
 * A static neighbour: never asked for, never aged.
 *
 * @param device name of the interface it is on
 * @param address its IP address
 * @param mac its MAC address, 48 bits
 * @param adjacencyNumber the number that VPP-style traces print for the adjacency ({@code dpo-idx}), or -1
 */
public record NeighborConfig(String device, IpAddress address, long mac, int adjacencyNumber) {
    /** A neighbour without a pinned number. */
    public static NeighborConfig of(String device, IpAddress address, long mac) {
        return new NeighborConfig(device, address, mac, -1);
    }
}
