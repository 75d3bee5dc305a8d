// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.control.ipam.AddressPlan;
import io.tapline.control.ipam.NodeAddresses;
import io.tapline.control.node.NodeSettings;
import io.tapline.model.Intent;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The addresses of nodes that are not there. Pods and hosts keep those that they have in the intent, and the pods'
 * prefix is the shortest one around them; everything else, which no policy can name, is link-local.
 *
 * <p>Where pods are so spread that no prefix of theirs is free of others, nodes have one forwarding table instead of
 * two.
 */
final class Layout {
    private static final IpPrefix LINK_LOCAL = IpPrefix.parse("169.254.0.0/16");
    private static final IpPrefix OVERLAY = IpPrefix.parse("169.254.0.0/18");
    private static final IpPrefix UNUSED_SERVICES = IpPrefix.parse("169.254.96.0/24");
    private static final IpPrefix UPLINK = IpPrefix.parse("169.254.97.0/24");
    private static final IpPrefix UNUSED_PODS = IpPrefix.parse("169.254.99.0/24");
    private static final IpAddress GATEWAY = IpAddress.parse("169.254.98.1");
    private static final int WITHOUT_IPV4 = IpAddress.parseIpv4("169.254.64.0");
    private static final int NAT_LOOPBACKS = IpAddress.parseIpv4("169.254.112.0");
    private static final IpPrefix HOSTS = IpPrefix.parse("169.254.128.0/17");
    private static final int HOST_LENGTH = 29;
    private static final int SHORTEST_PODS = 8;
    private static final int LONGEST_PODS = 29;
    private static final int MTU = 1500;
    /** Most nodes that there are addresses for. */
    private static final int MAX_NODES = 4095;

    private final AddressPlan plan;
    private final boolean twoTables;

    private Layout(AddressPlan plan, boolean twoTables) {
        this.plan = plan;
        this.twoTables = twoTables;
    }

    static Layout of(Intent intent) {
        Optional<IpPrefix> pods = pods(intent);
        AddressPlan plan = new AddressPlan(
                pods.orElse(UNUSED_PODS), LONGEST_PODS, HOSTS, HOST_LENGTH, UPLINK, OVERLAY, UNUSED_SERVICES);
        return new Layout(plan, pods.isPresent());
    }

    private static Optional<IpPrefix> pods(Intent intent) {
        List<IpAddress> pods = intent.pods()
                .filter(Pod::isOnNetwork)
                .flatMap(pod -> pod.addresses().stream())
                .filter(IpAddress::isIpv4)
                .toList();
        Stream<IpPrefix> declared = intent.nodes().flatMap(node -> node.podCidrs().stream());
        Optional<IpPrefix> around = Stream.concat(pods.stream().map(IpPrefix::host), declared)
                .filter(IpPrefix::isIpv4)
                .reduce(Layout::around)
                .map(prefix -> new IpPrefix(prefix.address(), Math.min(prefix.length(), LONGEST_PODS)).network());
        return around.filter(prefix -> prefix.length() >= SHORTEST_PODS
                && !prefix.contains(LINK_LOCAL.address())
                && !LINK_LOCAL.contains(prefix.address())
                && intent.nodes().map(Node::addresses).flatMap(List::stream).noneMatch(prefix::contains));
    }

    private static IpPrefix around(IpPrefix a, IpPrefix b) {
        int common =
                Integer.numberOfLeadingZeros(a.address().ipv4() ^ b.address().ipv4());
        return new IpPrefix(a.address(), Math.min(common, Math.min(a.length(), b.length()))).network();
    }

    /**
     * What is fixed about a node.
     *
     * @param id counts from 1
     * @param hosts IPv4 addresses of its host
     */
    NodeSettings settings(int id, List<IpAddress> hosts) {
        if (id > MAX_NODES) {
            throw new IllegalArgumentException("more than " + MAX_NODES + " nodes cannot be simulated");
        }
        int link = HOSTS.address().ipv4() + (id << (32 - HOST_LENGTH));
        NodeAddresses addresses = new NodeAddresses(
                plan,
                id,
                plan.pods(),
                GATEWAY,
                natLoopback(id),
                new IpPrefix(IpAddress.ofIpv4(link + 1), HOST_LENGTH),
                new IpPrefix(IpAddress.ofIpv4(link + 2), HOST_LENGTH),
                new IpPrefix(IpAddress.ofIpv4(UPLINK.address().ipv4() + 1), UPLINK.length()),
                new IpPrefix(overlay(id), OVERLAY.length()));
        return NodeSettings.of(addresses, MTU)
                .withTables(twoTables ? NodeSettings.Tables.DEFAULT : NodeSettings.Tables.SINGLE)
                .withHostAddresses(hosts);
    }

    /** A node's address towards other nodes. */
    static IpAddress overlay(int id) {
        return IpAddress.ofIpv4(OVERLAY.address().ipv4() + id);
    }

    /** A node's NAT loopback address. */
    static IpAddress natLoopback(int id) {
        return IpAddress.ofIpv4(NAT_LOOPBACKS + id);
    }

    /** Who takes what goes to the world. */
    static IpAddress world() {
        return IpAddress.ofIpv4(UPLINK.address().ipv4() + 2);
    }

    /** A stand-in for a pod that has no IPv4 address. Nobody else sees it. */
    static IpAddress withoutIpv4(int interfaceIndex) {
        return IpAddress.ofIpv4(WITHOUT_IPV4 + interfaceIndex);
    }
}
