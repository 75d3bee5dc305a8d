// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.wire.IpPrefix;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A route of the switch.
 *
 * @param table forwarding table (VRF)
 * @param prefix destinations
 * @param kind {@code forward}, {@code local}, {@code connected}, {@code drop} or {@code lookup}
 * @param via what becomes of packets, in words
 */
public record RouteView(int table, String prefix, String kind, String via) {
    /** All routes, those too that follow from interfaces' addresses, by table and then as configured. */
    static List<RouteView> of(SwitchConfig config) {
        Stream<RouteView> connected = config.interfaces().stream()
                .flatMap(iface -> iface.addresses().stream().flatMap(address -> connected(iface, address)));
        return Stream.concat(connected, config.routes().stream().map(RouteView::of))
                .sorted(Comparator.comparingInt(RouteView::table))
                .toList();
    }

    private static Stream<RouteView> connected(InterfaceConfig iface, IpPrefix address) {
        RouteView own = new RouteView(
                iface.table(),
                address.address() + (address.isIpv4() ? "/32" : "/128"),
                "local",
                "the switch itself (" + iface.name() + ")");
        RouteView link = new RouteView(
                iface.table(), address.network().toString(), "connected", "on the link of " + iface.name());
        return own.prefix().equals(link.prefix()) ? Stream.of(own) : Stream.of(own, link);
    }

    private static RouteView of(RouteConfig route) {
        String prefix = route.prefix().toString();
        return switch (route.target()) {
            case RouteConfig.Forward forward ->
                new RouteView(
                        route.table(),
                        prefix,
                        "forward",
                        forward.hops().stream().map(RouteView::words).collect(Collectors.joining(", ")));
            case RouteConfig.Local local -> new RouteView(route.table(), prefix, "local", "the switch itself");
            case RouteConfig.Drop drop -> new RouteView(route.table(), prefix, "drop", "dropped");
            case RouteConfig.LookupIn lookup ->
                new RouteView(route.table(), prefix, "lookup", "looked up in table " + lookup.table());
        };
    }

    private static String words(NextHop hop) {
        String gateway = hop.gateway().map(address -> "via " + address).orElse("on the link");
        String device = hop.device().map(name -> " of " + name).orElse("");
        return gateway + device + (hop.weight() == 1 ? "" : " weight " + hop.weight());
    }
}
