// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.ipam;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;

/**
 * The prefixes of a cluster. Knobs and defaults are Contiv/VPP's. Every node cuts its part out of each by its number.
 *
 * @param pods addresses of all pods ({@code podSubnetCIDR})
 * @param podNodeLength prefix length of one node's part of {@code pods} ({@code podSubnetOneNodePrefixLen})
 * @param hosts links between switch and host of all nodes ({@code vppHostSubnetCIDR})
 * @param hostNodeLength prefix length of one node's part of {@code hosts} ({@code vppHostSubnetOneNodePrefixLen})
 * @param interconnect the nodes' addresses towards each other ({@code nodeInterconnectCIDR})
 * @param vxlan the nodes' addresses inside the overlay ({@code vxlanCIDR})
 * @param services addresses of services ({@code serviceCIDR})
 */
public record AddressPlan(
        IpPrefix pods,
        int podNodeLength,
        IpPrefix hosts,
        int hostNodeLength,
        IpPrefix interconnect,
        IpPrefix vxlan,
        IpPrefix services) {
    /** Contiv/VPP's defaults. */
    public static final AddressPlan DEFAULT = new AddressPlan(
            IpPrefix.parse("10.1.0.0/16"),
            24,
            IpPrefix.parse("172.30.0.0/16"),
            24,
            IpPrefix.parse("192.168.16.0/24"),
            IpPrefix.parse("192.168.30.0/24"),
            IpPrefix.parse("10.96.0.0/12"));

    /** Longest prefix that {@link #within} can cut everything from. */
    public static final int LONGEST_WHOLE = 14;

    private static final int LONGEST_NODE = 29;
    private static final int GATEWAY = 1;
    private static final int SWITCH = 1;
    private static final int HOST = 2;

    /**
     * Checks that each prefix is IPv4 and has room for one node at least, and that none overlaps another.
     *
     * @throws IllegalArgumentException naming the knob
     */
    public AddressPlan {
        pods = checked("podSubnetCIDR", pods);
        hosts = checked("vppHostSubnetCIDR", hosts);
        interconnect = checked("nodeInterconnectCIDR", interconnect);
        vxlan = checked("vxlanCIDR", vxlan);
        services = checked("serviceCIDR", services);
        checkLength("podSubnetOneNodePrefixLen", podNodeLength, pods);
        checkLength("vppHostSubnetOneNodePrefixLen", hostNodeLength, hosts);
        List<String> names =
                List.of("podSubnetCIDR", "vppHostSubnetCIDR", "nodeInterconnectCIDR", "vxlanCIDR", "serviceCIDR");
        List<IpPrefix> prefixes = List.of(pods, hosts, interconnect, vxlan, services);
        for (int i = 0; i < prefixes.size(); i++) {
            for (int j = i + 1; j < prefixes.size(); j++) {
                if (overlap(prefixes.get(i), prefixes.get(j))) {
                    throw new IllegalArgumentException(names.get(i) + " " + prefixes.get(i) + " overlaps "
                            + names.get(j) + " " + prefixes.get(j) + "; give them separate prefixes");
                }
            }
        }
    }

    /**
     * Cuts everything but the services from one prefix ({@code contivCIDR}) as Contiv/VPP does: two /16 with /25 per
     * node for pods and hosts, two /23 for interconnect and overlay.
     *
     * @throws IllegalArgumentException if {@code whole} is longer than {@value #LONGEST_WHOLE} bits
     */
    public static AddressPlan within(IpPrefix whole, IpPrefix services) {
        if (!whole.isIpv4() || whole.length() > LONGEST_WHOLE) {
            throw new IllegalArgumentException("contivCIDR " + whole + " is too small; it must be IPv4 and at most /"
                    + LONGEST_WHOLE + ", to hold two /16 and two /23");
        }
        return new AddressPlan(
                part(whole, 16, 0), 25, part(whole, 16, 1), 25, part(whole, 23, 256), part(whole, 23, 257), services);
    }

    /** How many nodes there is room for: node numbers are 1 to this. */
    public int maxNodes() {
        int pods = 1 << (podNodeLength - this.pods.length());
        int hosts = 1 << (hostNodeLength - this.hosts.length());
        int addresses = (1 << (32 - Math.max(interconnect.length(), vxlan.length()))) - 2;
        return Math.min(addresses, Math.min(pods, hosts));
    }

    /**
     * The part of one node. The number goes into the bits between a prefix's own length and that of a node; the number
     * that does not fit any more, {@code 2^bits}, takes the part 0, which no other node has.
     *
     * @throws IllegalArgumentException if the node's number is not within 1 to {@link #maxNodes()}
     */
    public NodeAddresses node(int id) {
        if (id < 1 || id > maxNodes()) {
            throw new IllegalArgumentException("node id " + id + " is outside 1.." + maxNodes()
                    + ", for which the prefixes have room; widen podSubnetCIDR, vppHostSubnetCIDR,"
                    + " nodeInterconnectCIDR or vxlanCIDR");
        }
        IpPrefix nodePods = part(pods, podNodeLength, id % (1 << (podNodeLength - pods.length())));
        IpPrefix nodeHost = part(hosts, hostNodeLength, id % (1 << (hostNodeLength - hosts.length())));
        int size = 1 << (32 - podNodeLength);
        return new NodeAddresses(
                this,
                id,
                nodePods,
                address(nodePods, GATEWAY),
                address(nodePods, size - 2),
                new IpPrefix(address(nodeHost, SWITCH), hostNodeLength),
                new IpPrefix(address(nodeHost, HOST), hostNodeLength),
                new IpPrefix(address(interconnect, id), interconnect.length()),
                new IpPrefix(address(vxlan, id), vxlan.length()));
    }

    private static IpPrefix part(IpPrefix whole, int length, int index) {
        int first = whole.network().address().ipv4() + (index << (32 - length));
        return new IpPrefix(IpAddress.ofIpv4(first), length);
    }

    static IpAddress address(IpPrefix prefix, int offset) {
        return IpAddress.ofIpv4(prefix.network().address().ipv4() + offset);
    }

    private static IpPrefix checked(String knob, IpPrefix prefix) {
        if (!prefix.isIpv4() || prefix.length() < 1 || prefix.length() > LONGEST_NODE) {
            throw new IllegalArgumentException(
                    knob + " " + prefix + " must be an IPv4 prefix of 1 to " + LONGEST_NODE + " bits");
        }
        return prefix.network();
    }

    private static void checkLength(String knob, int length, IpPrefix prefix) {
        if (length < prefix.length() || length > LONGEST_NODE) {
            throw new IllegalArgumentException(knob + " " + length + " is outside " + prefix.length() + ".."
                    + LONGEST_NODE + " (the prefix itself is " + prefix + ")");
        }
    }

    private static boolean overlap(IpPrefix a, IpPrefix b) {
        return a.contains(b.address()) || b.contains(a.address());
    }
}
