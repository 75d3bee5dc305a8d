// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A route. Key for replacing: destination, table and metric (and traffic class, which is always 0). A deletion takes
 * the first route with this destination, table, type and next hops, and with this metric unless it is 0.
 *
 * @param destination where to; the bits behind the prefix length are 0
 * @param type what it does
 * @param nextHops where it leads: one, several to share the traffic, or none for types such as {@code BLACKHOLE}
 * @param scope how far the destination is; IPv6 knows only {@code GLOBAL}
 * @param table the routing table, {@value #TABLE_MAIN} being the usual one
 * @param metric the lower, the more preferred; IPv6 makes 1024 of 0
 * @param options the rest
 */
public record Route(
        InetPrefix destination,
        RouteType type,
        List<NextHop> nextHops,
        Scope scope,
        int table,
        int metric,
        RouteOptions options)
        implements Entry {
    /** The table that {@code ip route} shows. */
    public static final int TABLE_MAIN = 254;
    /** The kernel's own table, of local and broadcast addresses. */
    public static final int TABLE_LOCAL = 255;

    /** Copies the list. */
    public Route {
        nextHops = List.copyOf(nextHops);
    }

    /** A route in the main table to what is on the device's link; scope link if it is IPv4. */
    public static Route link(InetPrefix destination, int ifIndex) {
        Scope scope = destination.isIpv6() ? Scope.GLOBAL : Scope.LINK;
        return unicast(destination, NextHop.dev(ifIndex), scope);
    }

    /** A global route in the main table by a router. */
    public static Route via(InetPrefix destination, InetAddress gateway, int ifIndex) {
        return unicast(destination, NextHop.via(gateway, ifIndex), Scope.GLOBAL);
    }

    private static Route unicast(InetPrefix destination, NextHop nextHop, Scope scope) {
        return new Route(destination, RouteType.UNICAST, List.of(nextHop), scope, TABLE_MAIN, 0, RouteOptions.DEFAULT);
    }

    /** In another table. */
    public Route withTable(int value) {
        return new Route(destination, type, nextHops, scope, value, metric, options);
    }

    /** With this metric. */
    public Route withMetric(int value) {
        return new Route(destination, type, nextHops, scope, table, value, options);
    }

    /** With another scope. */
    public Route withScope(Scope value) {
        return new Route(destination, type, nextHops, value, table, metric, options);
    }

    /** With this path MTU in bytes; 0 for that of the device. */
    public Route withMtu(int bytes) {
        return withOptions(new RouteOptions(bytes, options.source(), options.protocol()));
    }

    /** With this source address for packets that have none yet. */
    public Route withSource(InetAddress source) {
        return withOptions(new RouteOptions(options.mtu(), Optional.of(source), options.protocol()));
    }

    /** With {@link NextHop#onLink} set for all next hops. */
    public Route withOnLink() {
        List<NextHop> onLink = nextHops.stream().map(NextHop::withOnLink).toList();
        return new Route(destination, type, onLink, scope, table, metric, options);
    }

    /** With these options. */
    public Route withOptions(RouteOptions value) {
        return new Route(destination, type, nextHops, scope, table, metric, value);
    }

    /** The gateway of the only or first next hop. */
    public Optional<InetAddress> gateway() {
        return nextHops.stream().findFirst().flatMap(NextHop::gateway);
    }

    /** The device of the only or first next hop; 0 if there is none. */
    public int ifIndex() {
        return nextHops.stream().findFirst().map(NextHop::ifIndex).orElse(0);
    }

    @Override
    public String toString() {
        return "route " + (type == RouteType.UNICAST ? "" : type.name().toLowerCase(Locale.ROOT) + " ")
                + destination
                + nextHops.stream().map(NextHop::toString).collect(Collectors.joining(" nexthop"))
                + (table == TABLE_MAIN ? "" : " table " + table)
                + (metric == 0 ? "" : " metric " + metric);
    }
}
