// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * Longest-prefix match over the few prefixes that an access list names, of one address family: one hash probe per
 * prefix length that occurs, the longest first. Beside each prefix lie two words for what follows from it.
 *
 * <p>Cost: at most as many probes as there are different lengths, 33 for IPv4. Lists of rules for pods have few: /32
 * and those of their address blocks. Before each probe a filter is asked, some {@value Level#FILTER_BITS} bits per
 * prefix: nearly all probes that would find nothing end there, in the nearest cache and as the processor predicts. The
 * probe itself touches a slot, which tells by 32 bits of the hash whether to look further, and the prefix with its
 * words. Memory: 8 bytes per slot, at most half full, 32 and the filter's bits per prefix.
 *
 * <p>Immutable once its words are set.
 */
final class PrefixMap {
    /** No prefix holds the address. */
    static final int NONE = -1;

    private static final int LENGTHS = 129;
    private static final int RECORD = 4; // words per prefix: the two halves of its address, the two words beside it

    private final Level[] levels;
    private final long[] records;

    /** The prefixes of one length. */
    private static final class Level {
        static final int FILTER_BITS = 16;

        final long highMask;
        final long lowMask;
        final long[] filter;
        final long[] slots;

        Level(int length, int count) {
            highMask = highMask(length);
            lowMask = lowMask(length);
            filter = new long[powerOfTwo(FILTER_BITS * count / Long.SIZE)];
            slots = new long[powerOfTwo(2 * count)];
        }

        /** The least power of two that is not less. */
        private static int powerOfTwo(int atLeast) {
            return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
        }

        void insert(int hash, int record) {
            int i = hash & slots.length - 1;
            while (slots[i] != 0) {
                i = i + 1 & slots.length - 1;
            }
            slots[i] = (long) hash << 32 | record + 1;
            filter[hash >>> 6 & filter.length - 1] |= 1L << hash;
        }
    }

    /** The prefixes, all different and in canonical form; each is known by its position. */
    PrefixMap(List<IpPrefix> prefixes) {
        int[] counts = new int[LENGTHS];
        prefixes.forEach(prefix -> counts[fullLength(prefix)]++);
        Level[] byLength = new Level[LENGTHS];
        List<Level> longestFirst = new ArrayList<>();
        for (int length = LENGTHS - 1; length >= 0; length--) {
            if (counts[length] > 0) {
                byLength[length] = new Level(length, counts[length]);
                longestFirst.add(byLength[length]);
            }
        }
        levels = longestFirst.toArray(new Level[0]);
        records = new long[RECORD * prefixes.size()];
        for (int i = 0; i < prefixes.size(); i++) {
            IpPrefix prefix = prefixes.get(i);
            long high = prefix.address().high();
            long low = prefix.address().low();
            records[place(i)] = high;
            records[place(i) + 1] = low;
            byLength[fullLength(prefix)].insert(hash(high, low), place(i));
        }
    }

    /** Length as in 128 bits: an IPv4 prefix is one of the IPv4-mapped block. */
    static int fullLength(IpPrefix prefix) {
        return prefix.isIpv4() ? prefix.length() + 96 : prefix.length();
    }

    /** Sets what lies beside a prefix. */
    void set(int position, long first, long second) {
        records[place(position) + 2] = first;
        records[place(position) + 3] = second;
    }

    /** The place of the longest prefix that holds an address of the map's family, or {@link #NONE}. */
    int find(long high, long low) {
        for (Level level : levels) {
            long h = high & level.highMask;
            long l = low & level.lowMask;
            int hash = hash(h, l);
            long[] filter = level.filter;
            if ((filter[hash >>> 6 & filter.length - 1] >>> hash & 1) == 0) {
                continue;
            }
            long[] slots = level.slots;
            int i = hash & slots.length - 1;
            for (long slot = slots[i]; slot != 0; slot = slots[i]) {
                int record = (int) slot - 1;
                if ((int) (slot >>> 32) == hash && records[record + 1] == l && records[record] == h) {
                    return record;
                }
                i = i + 1 & slots.length - 1;
            }
        }
        return NONE;
    }

    /** The place of the prefix at a position, as {@link #find} gives it. */
    static int place(int position) {
        return RECORD * position;
    }

    /** The first word beside the prefix at a place. */
    long first(int place) {
        return records[place + 2];
    }

    /** The second word beside it. */
    long second(int place) {
        return records[place + 3];
    }

    /** Memory of the arrays, in bytes. */
    long byteSize() {
        long words = records.length;
        for (Level level : levels) {
            words += 2 + level.filter.length + level.slots.length;
        }
        return 8 * words;
    }

    static long highMask(int length) {
        return length >= 64 ? -1L : length == 0 ? 0 : -1L << (64 - length);
    }

    static long lowMask(int length) {
        return length >= 128 ? -1L : length <= 64 ? 0 : -1L << (128 - length);
    }

    private static int hash(long high, long low) {
        long h = low * 0x9e37_79b9_7f4a_7c15L ^ high * 0x1656_67b1_9e37_79f9L;
        return (int) (h >>> 32 ^ h >>> 47);
    }
}
