// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import static io.tapline.linux.NetlinkWriter.ACK;
import static io.tapline.linux.NetlinkWriter.CREATE;
import static io.tapline.linux.NetlinkWriter.DUMP;
import static io.tapline.linux.NetlinkWriter.EXCL;
import static io.tapline.linux.NetlinkWriter.REPLACE;
import static io.tapline.linux.NetlinkWriter.REQUEST;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Writes a {@link Request} as a message (kernel {@code rtnetlink(7)}, {@code if_link.h}, {@code neighbour.h}). */
final class RtnetlinkEncoder {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_SETLINK = 19;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;
    static final int RTM_NEWNEIGH = 28;
    static final int RTM_DELNEIGH = 29;
    static final int RTM_GETNEIGH = 30;
    static final int RTM_NEWRULE = 32;
    static final int RTM_DELRULE = 33;
    static final int RTM_GETRULE = 34;
    static final int AF_UNSPEC = 0;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    /** No request is longer: texts are bounded, and lists of next hops by {@link #MAX_NEXT_HOPS}. */
    static final int MAX_REQUEST_LENGTH = 4096;

    private static final int MAX_NEXT_HOPS = 64;
    private static final int IFF_UP = 1;
    private static final RouteOptions ANY_OPTIONS = new RouteOptions(0, Optional.empty(), 0);

    private final NetlinkWriter writer;
    private final int sequence;

    private RtnetlinkEncoder(NetlinkWriter writer, int sequence) {
        this.writer = writer;
        this.sequence = sequence;
    }

    /** Writes one message of at most {@link #MAX_REQUEST_LENGTH} bytes. */
    static void encode(NetlinkWriter writer, Request request, int sequence) {
        RtnetlinkEncoder encoder = new RtnetlinkEncoder(writer, sequence);
        switch (request) {
            case Request.CreateLink create -> encoder.createLink(create);
            case Request.ChangeLink change -> encoder.changeLink(change);
            case Request.DeleteLink delete -> encoder.deleteLink(delete.link());
            case Request.Add add -> encoder.put(add.entry(), CREATE | EXCL);
            case Request.Replace replace -> encoder.put(replace.entry(), CREATE | REPLACE);
            case Request.Delete delete -> encoder.remove(delete.entry());
        }
        writer.end();
    }

    /** Writes a query for one device; the kernel answers with the device and an acknowledgement. */
    static void encodeLinkQuery(NetlinkWriter writer, LinkRef link, int sequence) {
        RtnetlinkEncoder encoder = new RtnetlinkEncoder(writer, sequence);
        encoder.begin(RTM_GETLINK, 0);
        encoder.linkTarget(link, LinkSettings.NONE);
        writer.attribute(LinkAttribute.EXT_MASK, LinkAttribute.EXT_MASK_SKIP_STATISTICS);
        writer.end();
    }

    /** Writes a query for a whole table, of all address families. */
    static void encodeDump(NetlinkWriter writer, int type, int sequence) {
        writer.begin(type, REQUEST | DUMP, sequence);
        if (type == RTM_GETLINK) {
            new RtnetlinkEncoder(writer, sequence).linkHeader(0, LinkSettings.NONE);
            writer.attribute(LinkAttribute.EXT_MASK, LinkAttribute.EXT_MASK_SKIP_STATISTICS);
        } else {
            writer.u32(AF_UNSPEC); // struct rtgenmsg with padding: the family is all that is asked for
        }
        writer.end();
    }

    private void begin(int type, int flags) {
        writer.begin(type, REQUEST | ACK | flags, sequence);
    }

    private void createLink(Request.CreateLink create) {
        begin(RTM_NEWLINK, CREATE | EXCL);
        linkHeader(0, create.settings());
        linkAttributes(create.settings());
        int info = writer.beginNest(LinkAttribute.LINKINFO);
        writer.attribute(LinkAttribute.INFO_KIND, create.kind().kernelName());
        if (create.kind() instanceof LinkKind.Veth veth) {
            int data = writer.beginNest(LinkAttribute.INFO_DATA);
            int peer = writer.beginNest(LinkAttribute.VETH_PEER);
            linkHeader(0, veth.peer());
            linkAttributes(veth.peer());
            writer.endNest(peer);
            writer.endNest(data);
        }
        writer.endNest(info);
    }

    private void changeLink(Request.ChangeLink change) {
        begin(RTM_SETLINK, 0);
        linkTarget(change.link(), change.settings());
        linkAttributes(change.settings());
    }

    private void deleteLink(LinkRef link) {
        begin(RTM_DELLINK, 0);
        linkTarget(link, LinkSettings.NONE);
    }

    private void linkTarget(LinkRef link, LinkSettings settings) {
        switch (link) {
            case LinkRef.ByIndex(int index) -> linkHeader(index, settings);
            case LinkRef.ByName(String name) -> {
                linkHeader(0, settings);
                writer.attribute(LinkAttribute.IFNAME, name);
            }
        }
    }

    /** {@code struct ifinfomsg}: family, padding, type, index, flags, mask of the flags that count. */
    private void linkHeader(int index, LinkSettings settings) {
        writer.u8(AF_UNSPEC);
        writer.u8(0);
        writer.u16(0);
        writer.u32(index);
        writer.u32(settings.up().orElse(false) ? IFF_UP : 0);
        writer.u32(settings.up().isPresent() ? IFF_UP : 0);
    }

    private void linkAttributes(LinkSettings settings) {
        settings.name().ifPresent(name -> writer.attribute(LinkAttribute.IFNAME, name));
        settings.mtu().ifPresent(mtu -> writer.attribute(LinkAttribute.MTU, mtu));
        settings.mac().ifPresent(mac -> writer.attribute(LinkAttribute.ADDRESS, mac.bytes()));
        settings.master().ifPresent(master -> writer.attribute(LinkAttribute.MASTER, master));
        settings.namespace().ifPresent(space -> writer.attribute(LinkAttribute.NET_NS_FD, space.fd()));
    }

    private void put(Entry entry, int flags) {
        switch (entry) {
            case Address address -> address(RTM_NEWADDR, flags, address);
            case Route route ->
                route(RTM_NEWROUTE, flags, route, route.scope(), route.options().protocol());
            case Neighbour neighbour -> neighbour(RTM_NEWNEIGH, flags, neighbour);
            case Rule rule -> rule(RTM_NEWRULE, flags, rule);
        }
    }

    private void remove(Entry entry) {
        switch (entry) {
            case Address address -> address(RTM_DELADDR, 0, address);
            // For a deletion, scope "nowhere" and protocol 0 match any.
            case Route route -> route(RTM_DELROUTE, 0, route.withOptions(ANY_OPTIONS), Scope.NOWHERE, 0);
            case Neighbour neighbour -> neighbour(RTM_DELNEIGH, 0, neighbour);
            case Rule rule -> rule(RTM_DELRULE, 0, rule);
        }
    }

    /** {@code struct ifaddrmsg}: family, prefix length, flags, scope, index. */
    private void address(int type, int flags, Address address) {
        begin(type, flags);
        writer.u8(family(address.prefix().address()));
        writer.u8(address.prefix().length());
        writer.u8(0);
        writer.u8(address.scope().number());
        writer.u32(address.ifIndex());
        writer.attribute(AddressAttribute.LOCAL, address.prefix().address());
        writer.attribute(AddressAttribute.ADDRESS, address.prefix().address());
        if (address.noDad()) {
            writer.attribute(AddressAttribute.FLAGS, AddressAttribute.FLAG_NODAD);
        }
    }

    /** {@code struct rtmsg}: family, bits of destination and source, class, table, protocol, scope, type, flags. */
    private void route(int type, int flags, Route route, Scope scope, int protocol) {
        List<NextHop> hops = route.nextHops();
        if (hops.size() > MAX_NEXT_HOPS) {
            throw new IllegalArgumentException(route + " has more than " + MAX_NEXT_HOPS + " next hops");
        }
        begin(type, flags);
        writer.u8(family(route.destination().address()));
        writer.u8(route.destination().length());
        writer.u8(0);
        writer.u8(0);
        writer.u8(route.table() < 256 ? route.table() : 0);
        writer.u8(protocol);
        writer.u8(scope.number());
        writer.u8(route.type().number());
        writer.u32(hops.size() == 1 ? hopFlags(hops.getFirst()) : 0);
        writer.attribute(RouteAttribute.TABLE, route.table());
        if (route.destination().length() > 0) {
            writer.attribute(RouteAttribute.DST, route.destination().address());
        }
        if (route.metric() != 0) {
            writer.attribute(RouteAttribute.PRIORITY, route.metric());
        }
        nextHops(route);
        routeOptions(route.options());
    }

    private void nextHops(Route route) {
        List<NextHop> hops = route.nextHops();
        if (hops.size() == 1) {
            NextHop hop = hops.getFirst();
            if (hop.ifIndex() != 0) {
                writer.attribute(RouteAttribute.OIF, hop.ifIndex());
            }
            gateway(route, hop);
        } else if (hops.size() > 1) {
            int all = writer.beginNest(RouteAttribute.MULTIPATH);
            for (NextHop hop : hops) {
                int start = writer.beginRecord(); // struct rtnexthop: length, flags, weight - 1, index
                writer.u8(hopFlags(hop));
                writer.u8(0);
                writer.u32(hop.ifIndex());
                gateway(route, hop);
                writer.endNest(start);
            }
            writer.endNest(all);
        }
    }

    private static int hopFlags(NextHop hop) {
        return hop.onLink() ? RouteAttribute.FLAG_ONLINK : 0;
    }

    /** A router of the other family, IPv6 for an IPv4 destination, has an attribute that tells the family. */
    private void gateway(Route route, NextHop hop) {
        hop.gateway().ifPresent(gateway -> {
            int family = family(gateway);
            if (family == family(route.destination().address())) {
                writer.attribute(RouteAttribute.GATEWAY, gateway);
            } else {
                byte[] address = gateway.getAddress();
                byte[] value = new byte[2 + address.length];
                value[0] = (byte) family; // 16 bits; both our machines are little-endian
                System.arraycopy(address, 0, value, 2, address.length);
                writer.attribute(RouteAttribute.VIA, value);
            }
        });
    }

    private void routeOptions(RouteOptions options) {
        options.source().ifPresent(source -> writer.attribute(RouteAttribute.PREFSRC, source));
        if (options.mtu() != 0) {
            int metrics = writer.beginNest(RouteAttribute.METRICS);
            writer.attribute(RouteAttribute.METRIC_MTU, options.mtu());
            writer.endNest(metrics);
        }
    }

    /** {@code struct ndmsg}: family, padding, index, state, flags, type. */
    private void neighbour(int type, int flags, Neighbour neighbour) {
        begin(type, flags);
        writer.u8(family(neighbour.address()));
        writer.u8(0);
        writer.u16(0);
        writer.u32(neighbour.ifIndex());
        writer.u16(neighbour.state().number());
        writer.u8(0);
        writer.u8(0);
        writer.attribute(NeighbourAttribute.DST, neighbour.address());
        neighbour.mac().ifPresent(mac -> writer.attribute(NeighbourAttribute.LLADDR, mac.bytes()));
    }

    /** {@code struct fib_rule_hdr}: family, bits of destination and source, class, table, 16 unused, action, flags. */
    private void rule(int type, int flags, Rule rule) {
        begin(type, flags);
        Rule.Match match = rule.match();
        writer.u8(AF_INET);
        writer.u8(match.to().map(InetPrefix::length).orElse(0));
        writer.u8(0);
        writer.u8(0);
        writer.u8(0);
        writer.u16(0);
        writer.u8(rule.table().isPresent() ? RuleAttribute.ACTION_TO_TABLE : RuleAttribute.ACTION_BLACKHOLE);
        writer.u32(0);
        writer.attribute(RuleAttribute.PRIORITY, rule.priority());
        rule.table().ifPresent(table -> writer.attribute(RuleAttribute.TABLE, table));
        match.to().ifPresent(to -> writer.attribute(RuleAttribute.DST, to.address()));
        match.device().ifPresent(device -> writer.attribute(RuleAttribute.IIFNAME, device));
        if (match.protocol() != 0) {
            writer.attribute(RuleAttribute.IP_PROTO, new byte[] {(byte) match.protocol()});
        }
        if (match.lastPort() != 0) {
            // Two 16-bit numbers; both our machines are little-endian.
            writer.attribute(RuleAttribute.DPORT_RANGE, match.lastPort() << 16 | match.firstPort());
        }
    }

    private static int family(InetAddress address) {
        return address.getAddress().length == 4 ? AF_INET : AF_INET6;
    }
}
