// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import java.util.List;

/**
 * Everything a switch holds, applied as one transaction.
 *
 * <p>Connected routes follow from the interfaces' addresses and need not be listed: each address itself is local, and
 * its subnet is on the link.
 *
 * @param firstAclSession what VPP-style traces print for the first session of the access lists; the others follow
 */
public record SwitchConfig(
        List<InterfaceConfig> interfaces,
        List<RouteConfig> routes,
        List<NeighborConfig> neighbors,
        List<AclConfig> acls,
        NatConfig nat,
        List<EndpointName> endpoints,
        int firstAclSession) {
    /** No interfaces, no routes, NAT forwarding on. */
    public static final SwitchConfig EMPTY =
            new SwitchConfig(List.of(), List.of(), List.of(), List.of(), new NatConfig(true), List.of(), 0);

    /** Copies the lists. */
    public SwitchConfig {
        interfaces = List.copyOf(interfaces);
        routes = List.copyOf(routes);
        neighbors = List.copyOf(neighbors);
        acls = List.copyOf(acls);
        endpoints = List.copyOf(endpoints);
    }
}
