// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;

/**
 * Where a mapping leads to.
 *
 * @param address inside IPv4 address
 * @param port inside port, 1..65535; 0 when the mapping is for a whole address
 * @param weight share of the new connections relative to the other backends', 1..{@value #MAX_WEIGHT}
 * @param table forwarding table to look the address up in, or -1 for that of the receiving interface
 * @param draining whether it gets no new connections; TCP connections that it has go on, other sessions end
 * @param hideClient whether it sees an address of {@link NatConfig#twiceNatPool} in place of the client's, whatever the
 *     mapping says: a backend whose answers would not come back through this node otherwise
 * @param origin what it was made from, in a user's words such as {@code pod shop/web-7f9}; may be empty
 */
public record NatBackend(
        IpAddress address, int port, int weight, int table, boolean draining, boolean hideClient, String origin) {
    /** Largest weight. */
    public static final int MAX_WEIGHT = 1_000_000;

    /** Checks the ranges. */
    public NatBackend {
        if (!address.isIpv4()) {
            throw new ConfigException("NAT backend " + address + ": NAT44 translates to IPv4 addresses only");
        }
        if (port < 0 || port > 0xffff) {
            throw new ConfigException("NAT backend " + address + ": port " + port + " is outside 0..65535");
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new ConfigException("NAT backend " + address + ":" + port + ": weight " + weight + " is outside 1.."
                    + MAX_WEIGHT + "; leave a backend without a share out, or let it drain");
        }
        if (table < -1 || table > RouteConfig.MAX_TABLE) {
            throw new ConfigException("NAT backend " + address + ":" + port + ": table " + table + " is outside 0.."
                    + RouteConfig.MAX_TABLE);
        }
    }

    /** A backend with weight 1 in the receiver's table. */
    public static NatBackend of(IpAddress address, int port) {
        return new NatBackend(address, port, 1, -1, false, false, "");
    }

    /** This backend with another weight. */
    public NatBackend withWeight(int newWeight) {
        return new NatBackend(address, port, newWeight, table, draining, hideClient, origin);
    }

    /** This backend, looked up in a given forwarding table. */
    public NatBackend withTable(int newTable) {
        return new NatBackend(address, port, weight, newTable, draining, hideClient, origin);
    }

    /** This backend without new connections. */
    public NatBackend drained() {
        return new NatBackend(address, port, weight, table, true, hideClient, origin);
    }

    /** This backend without knowledge of its clients' addresses. */
    public NatBackend withHiddenClient() {
        return new NatBackend(address, port, weight, table, draining, true, origin);
    }

    /** This backend with another origin. */
    public NatBackend withOrigin(String newOrigin) {
        return new NatBackend(address, port, weight, table, draining, hideClient, newOrigin);
    }
}
