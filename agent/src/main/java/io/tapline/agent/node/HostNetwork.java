// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.NodeSettings;
import io.tapline.control.node.Uplink;
import io.tapline.linux.Address;
import io.tapline.linux.HardwareAddress;
import io.tapline.linux.Link;
import io.tapline.linux.NextHop;
import io.tapline.linux.Route;
import io.tapline.linux.RouteType;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Scope;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads how the host is connected: its addresses, its card and its routes. */
final class HostNetwork {
    private HostNetwork() {}

    /**
     * The settings with what the host has at present.
     *
     * @throws NodeException if the uplink is missing or has no address
     */
    static NodeSettings discover(Rtnetlink rtnetlink, NodeSettings settings, Optional<UplinkOptions> uplink) {
        OptionalInt own = rtnetlink.link(settings.hostDevice()).stream()
                .mapToInt(Link::index)
                .findFirst();
        List<Address> addresses = rtnetlink.addresses().stream()
                .filter(address -> !address.prefix().isIpv6() && address.scope() == Scope.GLOBAL)
                .filter(address -> address.ifIndex() != own.orElse(0))
                .toList();
        List<IpAddress> host = addresses.stream()
                .map(address -> Inet.of(address.prefix().address()))
                .distinct()
                .toList();
        return settings.withHostAddresses(host)
                .withUplink(uplink.map(options -> read(rtnetlink, addresses, options, own)));
    }

    private static Uplink read(
            Rtnetlink rtnetlink, List<Address> addresses, UplinkOptions options, OptionalInt hostDevice) {
        Link link = rtnetlink.link(options.device()).orElseThrow(() -> problem(options, "does not exist"));
        long mac = link.mac().map(HardwareAddress::value).orElseThrow(() -> problem(options, "is not Ethernet"));
        List<IpPrefix> own = addresses.stream()
                .filter(address -> address.ifIndex() == link.index())
                .map(address -> Inet.of(address.prefix()))
                .toList();
        if (own.isEmpty()) {
            throw problem(options, "has no IPv4 address");
        }
        Map<IpPrefix, Uplink.Route> routes = new LinkedHashMap<>();
        options.gateway()
                .ifPresent(gateway ->
                        routes.put(IpPrefix.ANY_IPV4, new Uplink.Route(IpPrefix.ANY_IPV4, Optional.of(gateway), true)));
        rtnetlink.routes().stream()
                .filter(route -> route.table() == Route.TABLE_MAIN
                        && route.type() == RouteType.UNICAST
                        && !route.destination().isIpv6()
                        && !route.nextHops().isEmpty()
                        && route.ifIndex() != hostDevice.orElse(0))
                .sorted(Comparator.comparingInt(Route::metric))
                .map(route -> route(route, link.index()))
                .forEach(route -> routes.putIfAbsent(route.destination(), route));
        return new Uplink(options.device(), mac, link.mtu(), own, List.copyOf(routes.values()));
    }

    /** Of several next hops the first over the uplink; one that is no IPv4 address is the host's business. */
    private static Uplink.Route route(Route route, int uplink) {
        Optional<NextHop> hop = route.nextHops().stream()
                .filter(next -> next.ifIndex() == uplink)
                .filter(next -> next.gateway()
                        .map(gateway -> gateway.getAddress().length == 4)
                        .orElse(true))
                .findFirst();
        return new Uplink.Route(
                Inet.of(route.destination()), hop.flatMap(NextHop::gateway).map(Inet::of), hop.isPresent());
    }

    private static NodeException problem(UplinkOptions options, String what) {
        return new NodeException(
                NodeException.Kind.KERNEL, "uplink.interface: " + options.device() + " " + what + " on this host");
    }
}
