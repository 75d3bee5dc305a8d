// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;

/**
 * The addresses of one node, as Contiv/VPP gives them by default to the node with id 1.
 *
 * @param clusterPods addresses of all pods of the cluster
 * @param nodePods addresses of this node's pods
 * @param gateway the pods' virtual gateway
 * @param services addresses of services
 * @param switchHost the switch's address on the host interconnect, with its subnet
 * @param host the host's address there, with its subnet
 */
public record NodeAddresses(
        IpPrefix clusterPods,
        IpPrefix nodePods,
        IpAddress gateway,
        IpPrefix services,
        IpPrefix switchHost,
        IpPrefix host) {
    /** Node 1. */
    public static final NodeAddresses NODE_1 = new NodeAddresses(
            IpPrefix.parse("10.1.0.0/16"),
            IpPrefix.parse("10.1.1.0/24"),
            IpAddress.parse("10.1.1.1"),
            IpPrefix.parse("10.96.0.0/12"),
            IpPrefix.parse("172.30.1.1/24"),
            IpPrefix.parse("172.30.1.2/24"));

    private static final int FIRST_POD = 2;

    /** Address of the {@code n}th pod, counted from 0. */
    public IpAddress pod(int n) {
        return IpAddress.ofIpv4(nodePods.network().address().ipv4() + FIRST_POD + n);
    }

    /** How many pods there is room for: without network, gateway, NAT loopback and broadcast address. */
    public int maxPods() {
        return (1 << (32 - nodePods.length())) - 4;
    }

    /** MAC address of the switch towards the owner of {@code address}: 02:fe and the address. */
    public static long switchMac(IpAddress address) {
        return 0x02fe_0000_0000L | (address.ipv4() & 0xffff_ffffL);
    }
}
