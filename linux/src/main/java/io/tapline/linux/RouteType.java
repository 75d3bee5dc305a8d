// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/** What a route does (kernel {@code rtnetlink.h}, {@code RTN_*}). */
public enum RouteType {
    /** Type the kernel does not tell, or a newer one than these. */
    OTHER,
    /** Sends to a next hop. */
    UNICAST,
    /** Delivers on this machine. */
    LOCAL,
    /** Delivers here as a broadcast, sends as one. */
    BROADCAST,
    /** Delivers here as a broadcast, sends as unicast. */
    ANYCAST,
    /** Multicast. */
    MULTICAST,
    /** Drops in silence. */
    BLACKHOLE,
    /** Drops, answering that the destination is unreachable. */
    UNREACHABLE,
    /** Drops, answering that it is prohibited. */
    PROHIBIT,
    /** Continues the search in another table. */
    THROW;

    int number() {
        return ordinal();
    }

    static RouteType of(int number) {
        return number < values().length ? values()[number] : OTHER;
    }
}
