// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.ipam;

import io.tapline.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The addresses of one node's pods. The address that has been free for the longest time is given next, so that packets
 * and peers that still mean the former owner have time to go away.
 *
 * <p>Threading: one thread at a time.
 */
public final class PodAddressPool {
    private final NodeAddresses node;
    private final Map<IpAddress, String> owners = new HashMap<>();
    private final ArrayDeque<IpAddress> free = new ArrayDeque<>();

    /** A pool where everything is free, to be given in ascending order. */
    public PodAddressPool(NodeAddresses node) {
        this.node = node;
        for (int i = 0; i < node.maxPods(); i++) {
            free.add(AddressPlan.address(node.pods(), i + 2));
        }
    }

    /**
     * Gives an address to an owner.
     *
     * @throws IpamException if there is none left
     */
    public IpAddress allocate(String owner) {
        IpAddress address = free.poll();
        if (address == null) {
            throw new IpamException(
                    IpamException.Reason.EXHAUSTED,
                    "all " + node.maxPods() + " pod addresses of " + node.pods()
                            + " are in use; delete pods of this node, or choose a smaller podSubnetOneNodePrefixLen");
        }
        owners.put(address, owner);
        return address;
    }

    /**
     * Gives a certain address to an owner, who may have it already: what was allocated before a restart.
     *
     * @throws IpamException if it belongs to another owner, or to no pod of this node
     */
    public void reserve(IpAddress address, String owner) {
        if (!node.isPodAddress(address)) {
            throw new IpamException(
                    IpamException.Reason.FOREIGN,
                    "address " + address + " of " + owner + " is not one for pods of node " + node.id() + " ("
                            + node.pods() + " without network, gateway, NAT loopback and broadcast)");
        }
        String present = owners.putIfAbsent(address, owner);
        if (present != null && !present.equals(owner)) {
            throw new IpamException(
                    IpamException.Reason.CONFLICT,
                    "address " + address + " is claimed by " + owner + " but belongs to " + present);
        }
        free.remove(address);
    }

    /** Takes an address back, to be given again after all others that are free; no effect if the owner has it not. */
    public void release(IpAddress address, String owner) {
        if (owners.remove(address, owner)) {
            free.add(address);
        }
    }

    /** After a restart: the next address to be given is the free one that follows {@code last}. */
    public void continueAfter(IpAddress last) {
        List<IpAddress> ascending = free.stream().sorted().toList();
        free.clear();
        ascending.stream().filter(address -> address.compareTo(last) > 0).forEach(free::add);
        ascending.stream().filter(address -> address.compareTo(last) <= 0).forEach(free::add);
    }

    /** Who has what. A view. */
    public Map<IpAddress, String> owners() {
        return Collections.unmodifiableMap(owners);
    }

    /** How many addresses are free. */
    public int available() {
        return free.size();
    }
}
