// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * How a set of rules falls apart by one of its address fields: a node per prefix, which holds the rules for just that
 * prefix. An address matches the rules of the longest prefix that holds it and of all the shorter ones, so nodes are
 * chained from longer to shorter.
 *
 * <p>To keep chains short, a node takes over its parent's rules when they are few, or few in comparison with its own
 * ({@value #COPY_FACTOR} times): it then links to what its parent links to. So all nodes together hold at most
 * {@value #COPY_FACTOR} + 1 times the rules, and {@value #COPY_ALWAYS} more for each prefix. A chain has at most as
 * many nodes as prefixes nest around one address, 33 for IPv4; for the lists of pods it is one or two.
 */
final class PrefixLevel {
    /** The end of a chain. */
    static final int END = -1;

    private static final int COPY_ALWAYS = 7;
    private static final int COPY_FACTOR = 4;

    private final List<IpPrefix> prefixes = new ArrayList<>();
    private final int[][] rules;
    private final int[] parents;
    private final int[] links;

    /** Splits {@code ruleIndexes}, which ascend, by {@code prefixOf}. */
    PrefixLevel(int[] ruleIndexes, IntFunction<IpPrefix> prefixOf) {
        List<int[]> owned = group(ruleIndexes, prefixOf);
        rules = new int[prefixes.size()][];
        links = new int[prefixes.size()];
        parents = new int[prefixes.size()];
        int open = END;
        for (int node = 0; node < rules.length; node++) {
            // Prefixes nest or are apart, so the ones that hold this one are a chain that ends in the last one open.
            while (open != END
                    && !prefixes.get(open).contains(prefixes.get(node).address())) {
                open = parents[open];
            }
            parents[node] = open;
            int[] own = owned.get(node);
            boolean copies = open != END && rules[open].length <= Math.max(COPY_ALWAYS, COPY_FACTOR * own.length);
            rules[node] = copies ? merge(own, rules[open]) : own;
            links[node] = copies ? links[open] : open;
            open = node;
        }
    }

    /** Sorts rules by prefix, shorter ones before those inside them, and fills {@link #prefixes}: one per group. */
    private List<int[]> group(int[] ruleIndexes, IntFunction<IpPrefix> prefixOf) {
        Integer[] order = new Integer[ruleIndexes.length];
        IpPrefix[] keys = new IpPrefix[ruleIndexes.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
            keys[i] = prefixOf.apply(ruleIndexes[i]);
        }
        Arrays.sort(order, (a, b) -> compare(keys[a], keys[b]));
        List<int[]> groups = new ArrayList<>();
        for (int from = 0, to; from < order.length; from = to) {
            IpPrefix prefix = keys[order[from]];
            to = from + 1;
            while (to < order.length && compare(keys[order[to]], prefix) == 0) {
                to++;
            }
            int[] group = new int[to - from];
            for (int i = from; i < to; i++) {
                group[i - from] = ruleIndexes[order[i]];
            }
            prefixes.add(prefix);
            groups.add(group);
        }
        return groups;
    }

    private static int compare(IpPrefix a, IpPrefix b) {
        int byAddress = a.address().compareTo(b.address());
        return byAddress != 0 ? byAddress : Integer.compare(a.length(), b.length());
    }

    /** The prefix of each node, by address and then by length. */
    List<IpPrefix> prefixes() {
        return prefixes;
    }

    /** The node of the longest prefix around a node's, or {@link #END}. */
    int parent(int node) {
        return parents[node];
    }

    /** Number of nodes. */
    int size() {
        return rules.length;
    }

    /** Indexes of a node's rules, ascending. */
    int[] rules(int node) {
        return rules[node];
    }

    /** The next node of a node's chain, or {@link #END}. */
    int link(int node) {
        return links[node];
    }

    private static int[] merge(int[] a, int[] b) {
        int[] merged = new int[a.length + b.length];
        System.arraycopy(a, 0, merged, 0, a.length);
        System.arraycopy(b, 0, merged, a.length, b.length);
        Arrays.sort(merged);
        return merged;
    }
}
