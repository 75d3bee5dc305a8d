// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * An entry of the ARP or neighbour discovery table. Key: device and address.
 *
 * @param ifIndex the device
 * @param address the neighbour's address
 * @param mac its hardware address, empty while unknown
 * @param state what is known; the kernel changes it in the course of time unless it is {@code PERMANENT}
 */
public record Neighbour(int ifIndex, InetAddress address, Optional<HardwareAddress> mac, NeighbourState state)
        implements Entry {
    /** A permanent entry. */
    public static Neighbour permanent(int ifIndex, InetAddress address, HardwareAddress mac) {
        return new Neighbour(ifIndex, address, Optional.of(mac), NeighbourState.PERMANENT);
    }

    /** An entry as if just learnt. */
    public static Neighbour reachable(int ifIndex, InetAddress address, HardwareAddress mac) {
        return new Neighbour(ifIndex, address, Optional.of(mac), NeighbourState.REACHABLE);
    }

    @Override
    public String toString() {
        return "neighbour " + address.getHostAddress() + " dev #" + ifIndex
                + mac.map(value -> " lladdr " + value).orElse("") + " "
                + state.name().toLowerCase(Locale.ROOT);
    }
}
