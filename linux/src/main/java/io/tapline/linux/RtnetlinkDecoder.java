// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the kernel's messages; the payload starts with the structure of the message type. */
final class RtnetlinkDecoder {
    private static final int LINK_HEADER = 16;
    private static final int ADDRESS_HEADER = 8;
    private static final int ROUTE_HEADER = 12;
    private static final int NEIGHBOUR_HEADER = 12;
    private static final int RULE_HEADER = 12;
    private static final int NEXT_HOP_HEADER = 8;

    private RtnetlinkDecoder() {}

    /** A device. */
    static Link link(ByteBuffer payload) {
        int index = payload.getInt(4);
        int flags = payload.getInt(8);
        NetlinkAttributes attributes = new NetlinkAttributes(payload.position(LINK_HEADER));
        return new Link(
                index,
                attributes.text(LinkAttribute.IFNAME).orElse(""),
                attributes.hardwareAddress(LinkAttribute.ADDRESS),
                attributes.u32(LinkAttribute.MTU).orElse(0),
                new LinkState(flags, attributes.u8(LinkAttribute.OPERSTATE).orElse(0)),
                attributes.nested(LinkAttribute.LINKINFO).text(LinkAttribute.INFO_KIND),
                new LinkRelations(
                        attributes.u32(LinkAttribute.MASTER),
                        attributes.u32(LinkAttribute.LINK),
                        attributes.u32(LinkAttribute.LINK_NETNSID)));
    }

    /** An address; empty if it is neither IPv4 nor IPv6. */
    static Optional<Address> address(ByteBuffer payload) {
        if (!isInternet(payload.get(0))) {
            return Optional.empty();
        }
        int prefixLength = payload.get(1) & 0xff;
        int oldFlags = payload.get(2) & 0xff;
        Scope scope = Scope.of(payload.get(3) & 0xff);
        int ifIndex = payload.getInt(4);
        NetlinkAttributes attributes = new NetlinkAttributes(payload.position(ADDRESS_HEADER));
        int flags = attributes.u32(AddressAttribute.FLAGS).orElse(oldFlags);
        boolean noDad = (flags & AddressAttribute.FLAG_NODAD) != 0;
        boolean tentative = (flags & (AddressAttribute.FLAG_TENTATIVE | AddressAttribute.FLAG_DADFAILED)) != 0;
        // On a point-to-point device, "address" is the other end's.
        return attributes
                .address(AddressAttribute.LOCAL)
                .or(() -> attributes.address(AddressAttribute.ADDRESS))
                .map(own -> new Address(ifIndex, new InetPrefix(own, prefixLength), scope, noDad, tentative));
    }

    /** A route; empty if it is neither IPv4 nor IPv6. */
    static Optional<Route> route(ByteBuffer payload) {
        int family = payload.get(0);
        if (!isInternet(family)) {
            return Optional.empty();
        }
        int prefixLength = payload.get(1) & 0xff;
        int oldTable = payload.get(4) & 0xff;
        int protocol = payload.get(5) & 0xff;
        Scope scope = Scope.of(payload.get(6) & 0xff);
        RouteType type = RouteType.of(payload.get(7) & 0xff);
        int flags = payload.getInt(8);
        NetlinkAttributes attributes = new NetlinkAttributes(payload.position(ROUTE_HEADER));
        InetAddress destination = attributes.address(RouteAttribute.DST).orElseGet(() -> unspecified(family));
        return Optional.of(new Route(
                new InetPrefix(destination, prefixLength),
                type,
                nextHops(attributes, flags),
                scope,
                attributes.u32(RouteAttribute.TABLE).orElse(oldTable),
                attributes.u32(RouteAttribute.PRIORITY).orElse(0),
                new RouteOptions(
                        attributes
                                .nested(RouteAttribute.METRICS)
                                .u32(RouteAttribute.METRIC_MTU)
                                .orElse(0),
                        attributes.address(RouteAttribute.PREFSRC),
                        protocol)));
    }

    /** A neighbour; empty if it is neither IPv4 nor IPv6. */
    static Optional<Neighbour> neighbour(ByteBuffer payload) {
        if (!isInternet(payload.get(0))) {
            return Optional.empty();
        }
        int ifIndex = payload.getInt(4);
        NeighbourState state = NeighbourState.of(payload.getShort(8));
        NetlinkAttributes attributes = new NetlinkAttributes(payload.position(NEIGHBOUR_HEADER));
        return attributes
                .address(NeighbourAttribute.DST)
                .map(address ->
                        new Neighbour(ifIndex, address, attributes.hardwareAddress(NeighbourAttribute.LLADDR), state));
    }

    /** A rule; empty if it is not of IPv4, or neither looks up nor drops. */
    static Optional<Rule> rule(ByteBuffer payload) {
        if (payload.get(0) != RtnetlinkEncoder.AF_INET) {
            return Optional.empty();
        }
        int prefixLength = payload.get(1) & 0xff;
        int oldTable = payload.get(4) & 0xff;
        int action = payload.get(7) & 0xff;
        NetlinkAttributes attributes = new NetlinkAttributes(payload.position(RULE_HEADER));
        int ports = attributes.u32(RuleAttribute.DPORT_RANGE).orElse(0);
        Rule.Match match = new Rule.Match(
                attributes.address(RuleAttribute.DST).map(to -> new InetPrefix(to, prefixLength)),
                attributes.text(RuleAttribute.IIFNAME),
                attributes.u8(RuleAttribute.IP_PROTO).orElse(0),
                ports & 0xffff,
                ports >>> 16);
        int priority = attributes.u32(RuleAttribute.PRIORITY).orElse(0);
        return switch (action) {
            case RuleAttribute.ACTION_TO_TABLE ->
                Optional.of(Rule.lookup(
                        priority, match, attributes.u32(RuleAttribute.TABLE).orElse(oldTable)));
            case RuleAttribute.ACTION_BLACKHOLE -> Optional.of(Rule.blackhole(priority, match));
            default -> Optional.empty();
        };
    }

    private static List<NextHop> nextHops(NetlinkAttributes attributes, int flags) {
        Optional<ByteBuffer> several = attributes.value(RouteAttribute.MULTIPATH);
        if (several.isEmpty()) {
            int ifIndex = attributes.u32(RouteAttribute.OIF).orElse(0);
            Optional<InetAddress> gateway = gateway(attributes);
            return ifIndex == 0 && gateway.isEmpty() ? List.of() : List.of(nextHop(gateway, ifIndex, flags));
        }
        List<NextHop> hops = new ArrayList<>();
        ByteBuffer list = several.get();
        int position = 0;
        while (list.limit() - position >= NEXT_HOP_HEADER) {
            int length = Short.toUnsignedInt(list.getShort(position));
            if (length < NEXT_HOP_HEADER || length > list.limit() - position) {
                break;
            }
            ByteBuffer rest = NetlinkAttributes.slice(list, position + NEXT_HOP_HEADER, length - NEXT_HOP_HEADER);
            hops.add(nextHop(gateway(new NetlinkAttributes(rest)), list.getInt(position + 4), list.get(position + 2)));
            position += NetlinkAttributes.align(length);
        }
        return hops;
    }

    private static NextHop nextHop(Optional<InetAddress> gateway, int ifIndex, int flags) {
        return new NextHop(gateway, ifIndex, (flags & RouteAttribute.FLAG_ONLINK) != 0);
    }

    private static Optional<InetAddress> gateway(NetlinkAttributes attributes) {
        return attributes
                .address(RouteAttribute.GATEWAY)
                .or(() -> attributes
                        .value(RouteAttribute.VIA)
                        .map(via -> NetlinkAttributes.toAddress(via.position(Short.BYTES))));
    }

    private static boolean isInternet(int family) {
        return family == RtnetlinkEncoder.AF_INET || family == RtnetlinkEncoder.AF_INET6;
    }

    private static InetAddress unspecified(int family) {
        return NetlinkAttributes.toAddress(ByteBuffer.allocate(family == RtnetlinkEncoder.AF_INET ? 4 : 16));
    }
}
