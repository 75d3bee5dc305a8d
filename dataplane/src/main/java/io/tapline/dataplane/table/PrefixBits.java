// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;

/** Addresses of both families as 128 bits, the first of which is bit 0; those of IPv4 are IPv4-mapped. */
final class PrefixBits {
    /** Number of bits. */
    static final int ALL = 128;

    private static final int IP4_MAPPED = 96;

    private PrefixBits() {}

    /** A prefix's length in these bits. */
    static int length(IpPrefix prefix) {
        return prefix.isIpv4() ? prefix.length() + IP4_MAPPED : prefix.length();
    }

    /** The number of leading bits that two addresses share. */
    static int shared(IpAddress a, IpAddress b) {
        long high = a.high() ^ b.high();
        return high != 0 ? Long.numberOfLeadingZeros(high) : Long.SIZE + Long.numberOfLeadingZeros(a.low() ^ b.low());
    }

    /** The value of {@code count} bits, at least one, from {@code first} on; all of one half. */
    static int at(IpAddress address, int first, int count) {
        long half = first < Long.SIZE ? address.high() : address.low();
        return (int) (half << first % Long.SIZE >>> (Long.SIZE - count));
    }

    /** Whether the first {@code length} bits of an address are those of a prefix, whose other bits are zero. */
    static boolean same(long high, long low, long prefixHigh, long prefixLow, int length) {
        // Shifts take their distance modulo 64.
        return length > Long.SIZE
                ? ((high ^ prefixHigh) | (low ^ prefixLow) >>> -length) == 0
                : length == 0 || (high ^ prefixHigh) >>> -length == 0;
    }
}
