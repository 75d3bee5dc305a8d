// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.IpPrefix;
import java.util.List;

/**
 * Longest-prefix match over the few prefixes that an access list names, of one address family: one hash probe per
 * prefix length that occurs, the longest first. Immutable.
 *
 * <p>Cost: at most as many probes as there are different lengths, 33 for IPv4. Lists of rules for pods have few: /32
 * and those of their address blocks. Memory: 8 bytes per slot, at most half full, and 17 bytes per prefix, so that it
 * is in proportion to the list and a list with a handful of rules takes a cache line or two.
 */
final class PrefixMap {
    /** No prefix holds the address. */
    static final int NONE = -1;

    private final long[] highs;
    private final long[] lows;
    private final byte[] prefixLengths;
    private final int[] lengths;
    private final long[] slots;

    /** The prefixes, all different and in canonical form; each is known by its position. */
    PrefixMap(List<IpPrefix> prefixes) {
        int count = prefixes.size();
        highs = new long[count];
        lows = new long[count];
        prefixLengths = new byte[count];
        slots = new long[Math.max(2, Integer.highestOneBit(Math.max(1, count * 2 - 1)) << 1)];
        for (int i = 0; i < count; i++) {
            IpPrefix prefix = prefixes.get(i);
            highs[i] = prefix.address().high();
            lows[i] = prefix.address().low();
            prefixLengths[i] = (byte) fullLength(prefix);
            insert(i);
        }
        lengths = prefixes.stream()
                .mapToInt(PrefixMap::fullLength)
                .distinct()
                .map(length -> -length)
                .sorted()
                .map(length -> -length)
                .toArray();
    }

    /** Length as in 128 bits: an IPv4 prefix is one of the IPv4-mapped block. */
    static int fullLength(IpPrefix prefix) {
        return prefix.isIpv4() ? prefix.length() + 96 : prefix.length();
    }

    /** Position of the longest prefix that holds an address of the map's family, or {@link #NONE}. */
    int find(long high, long low) {
        for (int length : lengths) {
            long h = high & highMask(length);
            long l = low & lowMask(length);
            int hash = hash(h, l, length);
            int i = hash & slots.length - 1;
            for (long slot = slots[i]; slot != 0; slot = slots[i]) {
                int position = (int) slot - 1;
                if ((int) (slot >>> 32) == hash
                        && lows[position] == l
                        && highs[position] == h
                        && (prefixLengths[position] & 0xff) == length) {
                    return position;
                }
                i = i + 1 & slots.length - 1;
            }
        }
        return NONE;
    }

    /** Memory of the arrays, in bytes. */
    long byteSize() {
        return 8L * slots.length + 17L * highs.length + 4L * lengths.length;
    }

    static long highMask(int length) {
        return length >= 64 ? -1L : length == 0 ? 0 : -1L << (64 - length);
    }

    static long lowMask(int length) {
        return length >= 128 ? -1L : length <= 64 ? 0 : -1L << (128 - length);
    }

    private void insert(int position) {
        int hash = hash(highs[position], lows[position], prefixLengths[position] & 0xff);
        int i = hash & slots.length - 1;
        while (slots[i] != 0) {
            i = i + 1 & slots.length - 1;
        }
        slots[i] = (long) hash << 32 | position + 1;
    }

    private static int hash(long high, long low, int length) {
        long h = (low + length) * 0x9e37_79b9_7f4a_7c15L ^ high * 0x1656_67b1_9e37_79f9L;
        h = (h ^ h >>> 32) * 0xd6e8_feb8_6659_fd93L;
        return (int) (h ^ h >>> 32);
    }
}
