// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.Arrays;
import java.util.List;

/**
 * Leads an address to the one of many prefixes of its family that, or one around which, is the longest to hold it: a
 * trie in which a table looks at as many bits as its prefixes fill well, behind those that all of them share (an
 * LC-trie: Nilsson and Karlsson, IP-Address Lookup Using LC-Tries, 1999). Immutable.
 *
 * <p>An address that lacks the shared bits leaves at once: most that only the shortest prefixes hold do, after reading
 * what lies in the nearest cache. Other bits are not compared; so the longest prefix of an address is the first to hold
 * it of the one that {@link #find} gives, the one around that, and so on.
 *
 * <p>Cost of a lookup: two reads per table, which are two or three for the pods of a cluster; at most one for each bit.
 * Memory: 4 bytes per cell, 32 per table. A table has at most {@value #CELLS_PER_VALUE} cells for each value that its
 * bits take in its prefixes, and at least two such values; so all have fewer than 8 cells for each prefix.
 */
final class PrefixTrie {
    /** No prefix holds the address. */
    static final int NONE = -1;

    private static final int MAX_BITS = 16; // that a table looks at
    private static final int CELLS_PER_VALUE = 4;

    // The words of a table.
    private static final int HIGH = 0; // an address with the bits that are shared
    private static final int LOW = 1;
    private static final int OTHERS = 2; // how many are shared; the cell for addresses that lack them
    private static final int CELLS = 3; // where the cells begin, and which are meant: shifts to the left and right
    private static final int SIZE = 4;
    private static final int LEFT = 32;
    private static final int RIGHT = 38;
    private static final long IN_HIGH_HALF = 1L << 44;

    private final int root;
    private final int[] cells;
    private final long[] tables;

    /**
     * Prefixes of one family, all different and in canonical form, sorted by address and then by length.
     *
     * @param values what {@link #find} gives for each; not negative
     */
    PrefixTrie(List<IpPrefix> prefixes, int[] values) {
        Builder builder = new Builder(prefixes, values);
        root = prefixes.isEmpty() ? NONE : builder.build(0, prefixes.size(), NONE);
        cells = Arrays.copyOf(builder.cells, builder.cellsUsed);
        tables = Arrays.copyOf(builder.tables, builder.tablesUsed * SIZE);
    }

    /** The value of the prefix that is to be compared first, or {@link #NONE} if no prefix holds the address. */
    int find(long high, long low) {
        int cell = root;
        while (cell < NONE) {
            int table = tableOf(cell);
            long others = tables[table + OTHERS];
            if (!PrefixBits.same(high, low, tables[table + HIGH], tables[table + LOW], (int) (others >>> 32))) {
                return (int) others;
            }
            long meant = tables[table + CELLS];
            long half = (meant & IN_HIGH_HALF) == 0 ? low : high;
            cell = cells[(int) meant + (int) (half << (int) (meant >>> LEFT) >>> (int) (meant >>> RIGHT))];
        }
        return cell;
    }

    /** Memory of the arrays, in bytes. */
    long byteSize() {
        return 4L * cells.length + 8L * tables.length;
    }

    private static int tableOf(int cell) {
        return SIZE * (NONE - 1 - cell);
    }

    /** A trie in the making. */
    private static final class Builder {
        private final List<IpPrefix> prefixes;
        private final int[] values;
        private int[] cells = new int[0];
        private int cellsUsed;
        private long[] tables = new long[SIZE];
        private int tablesUsed;

        Builder(List<IpPrefix> prefixes, int[] values) {
            this.prefixes = prefixes;
            this.values = values;
        }

        /**
         * What leads to the prefixes from {@code from} to before {@code to}; {@code around} leads to the one around
         * them.
         */
        int build(int from, int to, int around) {
            if (to - from == 1) {
                return values[from]; // as nearly all calls are for
            }
            int[] sharing = new int[PrefixBits.ALL + 1]; // how many neighbours share just so many bits
            for (int i = from + 1; i < to; i++) {
                sharing[
                        PrefixBits.shared(
                                prefixes.get(i - 1).address(), prefixes.get(i).address())]++;
            }
            int shared = 0;
            while (shared < PrefixBits.ALL && sharing[shared] == 0) {
                shared++;
            }
            if (shared == PrefixBits.ALL) {
                return values[to - 1]; // all begin at the same address: the longest comes last
            }
            int bits = bits(shared, sharing);
            int table = tablesUsed;
            int start = cellsUsed;
            addTable(prefixes.get(from).address(), shared, bits, aroundAll(from, to, shared, around));
            Arrays.fill(cells, start, cellsUsed, around);
            fill(from, to, start, shared, bits);
            return NONE - 1 - table;
        }

        /** The longest prefix that ends within the shared bits: these come first. */
        private int aroundAll(int from, int to, int shared, int around) {
            int longest = around;
            for (int i = from; i < to && PrefixBits.length(prefixes.get(i)) <= shared; i++) {
                longest = values[i];
            }
            return longest;
        }

        /** The most bits of which so many values occur that the cells are worth their memory. */
        private static int bits(int shared, int[] sharing) {
            int most = Math.min(MAX_BITS, Long.SIZE - shared % Long.SIZE);
            int best = 1;
            int occurring = 1;
            for (int bits = 1; bits <= most; bits++) {
                occurring += sharing[shared + bits - 1];
                if (1 << bits <= CELLS_PER_VALUE * occurring) {
                    best = bits;
                }
            }
            return best;
        }

        private void addTable(IpAddress any, int shared, int bits, int others) {
            int table = tablesUsed++ * SIZE;
            if (table == tables.length) {
                tables = Arrays.copyOf(tables, table * 2);
            }
            tables[table + HIGH] = any.high();
            tables[table + LOW] = any.low();
            tables[table + OTHERS] = (long) shared << 32 | Integer.toUnsignedLong(others);
            int left = shared % Long.SIZE;
            int right = Long.SIZE - bits;
            long half = shared < Long.SIZE ? IN_HIGH_HALF : 0;
            tables[table + CELLS] = half | (long) right << RIGHT | (long) left << LEFT | cellsUsed;
            cellsUsed += 1 << bits;
            if (cellsUsed > cells.length) {
                cells = Arrays.copyOf(cells, Math.max(cellsUsed, cells.length * 2));
            }
        }

        /** Prefixes that end within the table's bits take all the cells that they hold, until longer ones take them. */
        private void fill(int from, int to, int start, int shared, int bits) {
            int end = shared + bits;
            for (int i = from, next; i < to; i = next) {
                int cell = start + PrefixBits.at(prefixes.get(i).address(), shared, bits);
                int length = PrefixBits.length(prefixes.get(i));
                next = i + 1;
                if (length < end) {
                    int covered = 1 << (end - Math.max(length, shared));
                    int first = length <= shared ? start : cell;
                    Arrays.fill(cells, first, first + covered, values[i]);
                    continue;
                }
                while (next < to && start + PrefixBits.at(prefixes.get(next).address(), shared, bits) == cell) {
                    next++;
                }
                int inner = build(i, next, cells[cell]); // may move the cells
                cells[cell] = inner;
            }
        }
    }
}
