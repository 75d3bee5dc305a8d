// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatMapping.Audience;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which packets that come in by the uplink are the switch's; all others are the host's.
 *
 * @param nodeAddresses the node's own addresses on the uplink, which both use
 * @param ports what the switch has of each of these, in order; not overlapping with {@code kept}
 * @param kept ports within {@code ports} that the host keeps: it answers load balancers' health checks there
 * @param serviceAddresses addresses that are the switch's as a whole: external and load balancers' ones
 */
public record UplinkShare(
        List<IpAddress> nodeAddresses,
        SortedSet<Ports> ports,
        SortedSet<Integer> kept,
        SortedSet<IpAddress> serviceAddresses) {
    private static final List<Integer> PROTOCOLS = List.of(Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP, Ipv4.PROTOCOL_SCTP);

    /**
     * Some ports of one protocol.
     *
     * @param answers whether answers to pods' own connections come there, rather than connections to services
     */
    public record Ports(int protocol, int first, int last, boolean answers) implements Comparable<Ports> {
        private boolean has(int otherProtocol, int port) {
            return protocol == otherProtocol && port >= first && port <= last;
        }

        @Override
        public int compareTo(Ports other) {
            int order = Integer.compare(protocol, other.protocol);
            order = order != 0 ? order : Integer.compare(first, other.first);
            order = order != 0 ? order : Integer.compare(last, other.last);
            return order != 0 ? order : Boolean.compare(answers, other.answers);
        }
    }

    /**
     * The share of a node.
     *
     * @param mappings of the node's services
     * @param healthPorts TCP ports on which the host answers health checks
     */
    static UplinkShare of(
            Uplink uplink, UplinkPorts ranges, List<NatMapping> mappings, Collection<Integer> healthPorts) {
        List<IpAddress> node =
                uplink.addresses().stream().map(IpPrefix::address).toList();
        SortedSet<Ports> ports = new TreeSet<>();
        for (int protocol : PROTOCOLS) {
            ports.add(ports(protocol, ranges.nodePorts(), false));
            ports.add(ports(protocol, ranges.sourceNat(), true));
        }
        SortedSet<IpAddress> services = new TreeSet<>();
        for (NatMapping mapping : mappings) {
            if (node.contains(mapping.external())) {
                int port = mapping.port();
                if (ports.stream().noneMatch(known -> known.has(mapping.protocol(), port))) {
                    ports.add(new Ports(mapping.protocol(), port, port, false));
                }
            } else if (mapping.audience() == Audience.EXTERNAL) {
                services.add(mapping.external());
            }
        }
        return new UplinkShare(node, ports, new TreeSet<>(healthPorts), services);
    }

    private static Ports ports(int protocol, PortRange range, boolean answers) {
        return new Ports(protocol, range.first(), range.last(), answers);
    }
}
