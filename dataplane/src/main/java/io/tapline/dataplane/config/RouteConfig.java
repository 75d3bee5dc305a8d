// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpPrefix;
import java.util.List;

/**
 * One route.
 *
 * @param table number of the forwarding table (VRF) that holds it, 0..{@value #MAX_TABLE}
 * @param prefix destinations, host bits cleared on construction
 * @param target what to do with them
 * @param objectNumber the number that VPP-style traces print for a recursive or multipath route's load-balance object,
 *     or -1 to number automatically
 */
public record RouteConfig(int table, IpPrefix prefix, Target target, int objectNumber) {
    /** Largest table number. */
    public static final int MAX_TABLE = 255;

    /** What becomes of a packet that takes the route. */
    public sealed interface Target {}

    /**
     * Forward over one of several paths.
     *
     * @param hops at least one
     */
    public record Forward(List<NextHop> hops) implements Target {
        /** Checks and copies the list. */
        public Forward {
            hops = List.copyOf(hops);
            if (hops.isEmpty()) {
                throw new ConfigException("a forwarding route needs at least one next hop");
            }
        }
    }

    /** The address is the switch's own ({@code ip4-local}). */
    public record Local() implements Target {}

    /** Drop silently. */
    public record Drop() implements Target {}

    /**
     * Look the destination up again in another table.
     *
     * @param table number of that table
     */
    public record LookupIn(int table) implements Target {}

    /** Checks the table number and clears host bits. */
    public RouteConfig {
        if (table < 0 || table > MAX_TABLE) {
            throw new ConfigException("route " + prefix + ": table " + table + " is outside 0.." + MAX_TABLE);
        }
        prefix = prefix.network();
    }

    /** A route over the given paths. */
    public static RouteConfig forward(int table, IpPrefix prefix, NextHop... hops) {
        return new RouteConfig(table, prefix, new Forward(List.of(hops)), -1);
    }

    /** A route without a pinned number. */
    public static RouteConfig of(int table, IpPrefix prefix, Target target) {
        return new RouteConfig(table, prefix, target, -1);
    }
}
