// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.ipam;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;

/**
 * One node's addresses; made by {@link AddressPlan#node}.
 *
 * @param plan what they were cut from
 * @param id the node's number
 * @param pods its pods
 * @param gateway its pods' virtual gateway: the first address of {@code pods}
 * @param natLoopback what a pod that reaches itself through a service is seen as: the last but the broadcast address
 * @param switchHost the switch's address on the link to the host, with its subnet
 * @param host the host's address there, with its subnet
 * @param interconnect its address towards other nodes, with its subnet
 * @param vxlan its address inside the overlay, with its subnet
 */
public record NodeAddresses(
        AddressPlan plan,
        int id,
        IpPrefix pods,
        IpAddress gateway,
        IpAddress natLoopback,
        IpPrefix switchHost,
        IpPrefix host,
        IpPrefix interconnect,
        IpPrefix vxlan) {
    private static final int FIRST_POD = 2;

    /** The address that a pod can have first. */
    IpAddress firstPod() {
        return AddressPlan.address(pods, FIRST_POD);
    }

    /** How many pods there is room for: all addresses but network, gateway, NAT loopback and broadcast. */
    public int maxPods() {
        return (1 << (32 - pods.length())) - 4;
    }

    /** Whether a pod of this node can have this address. */
    public boolean isPodAddress(IpAddress address) {
        if (!address.isIpv4()) {
            return false;
        }
        long offset = Integer.toUnsignedLong(address.ipv4())
                - Integer.toUnsignedLong(firstPod().ipv4());
        return offset >= 0 && offset < maxPods();
    }
}
