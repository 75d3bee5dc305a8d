// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.Optional;

/**
 * A network device as the kernel reports it.
 *
 * @param index its number in its namespace, positive
 * @param name its name
 * @param mac its hardware address; empty if it has none of 48 bits
 * @param mtu in bytes, without the Ethernet header
 * @param state whether it works
 * @param kind {@code veth}, {@code bridge}, {@code tun} (taps too), ...; empty for hardware and loopback
 * @param relations its bridge and peer
 */
public record Link(
        int index,
        String name,
        Optional<HardwareAddress> mac,
        int mtu,
        LinkState state,
        Optional<String> kind,
        LinkRelations relations) {
    /** Whether it was set up. */
    public boolean isUp() {
        return state.isUp();
    }
}
