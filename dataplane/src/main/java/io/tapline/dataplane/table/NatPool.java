// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;

/** Addresses and ports that stand for sources, compiled. Immutable. */
public final class NatPool {
    private final int[] addresses;
    private final int[] slots;
    private final int firstPort;
    private final int portCount;
    private final int[] excludedNetworks;
    private final int[] excludedMasks;

    NatPool(List<IpAddress> addresses, int[] slots, PortRange ports, List<IpPrefix> excluded) {
        this.addresses = addresses.stream().mapToInt(IpAddress::ipv4).toArray();
        this.slots = slots;
        this.firstPort = ports.first();
        this.portCount = ports.last() - ports.first() + 1;
        this.excludedNetworks = excluded.stream()
                .mapToInt(prefix -> prefix.network().address().ipv4())
                .toArray();
        this.excludedMasks = excluded.stream().mapToInt(IpPrefix::ipv4Mask).toArray();
    }

    /** Number of addresses. */
    public int size() {
        return addresses.length;
    }

    /** An address, IPv4. */
    public int address(int index) {
        return addresses[index];
    }

    /** Position of an address, or -1. */
    int find(int address) {
        for (int i = 0; i < addresses.length; i++) {
            if (addresses[i] == address) {
                return i;
            }
        }
        return -1;
    }

    /** Slot of an address: see {@link NatTable#slotWord}. */
    public int slot(int index) {
        return slots[index];
    }

    /** Smallest port. */
    public int firstPort() {
        return firstPort;
    }

    /** Number of ports. */
    public int portCount() {
        return portCount;
    }

    /** Whether {@code address} is one of the pool's. */
    public boolean contains(int address) {
        return find(address) >= 0;
    }

    /** Whether packets to {@code destination} keep their source. */
    public boolean excludes(int destination) {
        for (int i = 0; i < excludedNetworks.length; i++) {
            if ((destination & excludedMasks[i]) == excludedNetworks[i]) {
                return true;
            }
        }
        return false;
    }
}
