// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The switch's side of a card that it shares with the host. What leaves is looked up in the main table, as the host
 * would, and has the node's address. What comes in has a table of its own: there the node's address is nobody's but
 * NAT's, so that a packet that no session and no service wants does not reach the host a second time.
 */
final class UplinkPlanner {
    /** Index of the interface: the last one, out of the way of pods. */
    static final int INTERFACE = SwitchLimits.DEFAULT.maxInterface();

    private final NodeSettings settings;
    private final Uplink uplink;

    UplinkPlanner(NodeSettings settings, Uplink uplink) {
        this.settings = settings;
        this.uplink = uplink;
    }

    InterfaceConfig interfaceConfig(AccessPlan.Attached lists) {
        return InterfaceConfig.of(
                        INTERFACE,
                        uplink.device(),
                        uplink.mac(),
                        uplink.addresses().toArray(IpPrefix[]::new))
                .withOwner("uplink")
                .withMtu(uplink.mtu())
                .withTable(settings.tables().uplink())
                .withAcls(lists.input(), lists.output())
                .withNat(NatRole.OUTSIDE);
    }

    SourceNat sourceNat() {
        return new SourceNat(
                uplink.device(),
                List.of(uplink.address()),
                settings.uplinkPorts().sourceNat(),
                List.of());
    }

    /** Routes of the main table as the host has them; {@code host} leads to the host. */
    void addMainRoutes(Map<IpPrefix, RouteConfig> routes, NextHop host) {
        for (Uplink.Route route : uplink.routes()) {
            NextHop hop = !route.here()
                    ? host
                    : route.gateway()
                            .map(gateway -> NextHop.via(uplink.device(), gateway))
                            .orElseGet(() -> NextHop.onLink(uplink.device()));
            IpPrefix prefix = route.destination();
            routes.putIfAbsent(prefix, RouteConfig.forward(settings.tables().main(), prefix, hop));
        }
    }

    /** The table of what comes in: only answers of the switch itself are looked up there, and what nobody wants. */
    List<RouteConfig> inboundRoutes(UplinkShare share) {
        int table = settings.tables().uplink();
        List<RouteConfig> routes = new ArrayList<>();
        routes.add(RouteConfig.of(
                table,
                IpPrefix.ANY_IPV4,
                new RouteConfig.LookupIn(settings.tables().main())));
        for (IpAddress address : share.serviceAddresses()) {
            routes.add(RouteConfig.of(table, IpPrefix.host(address), new RouteConfig.Local()));
        }
        return routes;
    }
}
