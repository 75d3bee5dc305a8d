// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/**
 * Longest-prefix match over IPv4 in at most three reads: a trie with strides 16, 8 and 8 (VPP: ip4_mtrie_16).
 * Immutable.
 *
 * <p>A cell is either a leaf, non-negative and a {@link Dpo}, or the complement of a sub-table's position. The root
 * takes 256 KiB; each /16 or /24 that is split further adds 1 KiB.
 */
public final class Ip4Trie {
    /** A trie without routes. */
    public static final Ip4Trie EMPTY = new Ip4Trie(Map.of());

    private static final int ROOT_CELLS = 1 << 16;
    private static final int TABLE_CELLS = 1 << 8;

    private final Map<IpPrefix, Integer> routes;
    private final int[] root = new int[ROOT_CELLS];
    private int[] tables = new int[0];
    private int used;

    /** A trie that answers each address with the value of its longest prefix, or with {@link Dpo#NO_ROUTE}. */
    public Ip4Trie(Map<IpPrefix, Integer> routes) {
        this.routes = Map.copyOf(routes);
        List<Entry<IpPrefix, Integer>> shortestFirst = new ArrayList<>(routes.entrySet());
        shortestFirst.sort(
                (a, b) -> Integer.compare(a.getKey().length(), b.getKey().length()));
        for (Entry<IpPrefix, Integer> route : shortestFirst) {
            insert(route.getKey(), route.getValue());
        }
        tables = Arrays.copyOf(tables, used);
    }

    /** Whether it was made from the same routes. */
    public boolean holds(Map<IpPrefix, Integer> others) {
        return routes.equals(others);
    }

    /** The {@link Dpo} of the longest prefix that covers {@code address}. */
    public int lookup(int address) {
        int cell = root[address >>> 16];
        if (cell < 0) {
            cell = tables[~cell + (address >>> 8 & 0xff)];
            if (cell < 0) {
                cell = tables[~cell + (address & 0xff)];
            }
        }
        return cell;
    }

    /** Memory of the cells, in bytes. */
    public int byteSize() {
        return (root.length + tables.length) * Integer.BYTES;
    }

    /** Longer prefixes come later, so a range never covers a sub-table that it should not. */
    private void insert(IpPrefix prefix, int leaf) {
        int network = prefix.address().ipv4() & prefix.ipv4Mask();
        int length = prefix.length();
        int high = network >>> 16;
        if (length <= 16) {
            Arrays.fill(root, high, high + (1 << (16 - length)), leaf);
            return;
        }
        if (root[high] >= 0) {
            root[high] = ~newTable(root[high]);
        }
        int second = ~root[high];
        int middle = network >>> 8 & 0xff;
        if (length <= 24) {
            Arrays.fill(tables, second + middle, second + middle + (1 << (24 - length)), leaf);
            return;
        }
        if (tables[second + middle] >= 0) {
            int table = newTable(tables[second + middle]);
            tables[second + middle] = ~table;
        }
        int third = ~tables[second + middle];
        int low = network & 0xff;
        Arrays.fill(tables, third + low, third + low + (1 << (32 - length)), leaf);
    }

    private int newTable(int leaf) {
        int table = used;
        used += TABLE_CELLS;
        if (used > tables.length) {
            tables = Arrays.copyOf(tables, Math.max(used, tables.length * 2));
        }
        Arrays.fill(tables, table, used, leaf);
        return table;
    }
}
