// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules split by the prefixes of one address: a {@link PrefixLevel} in the form for lookups. A node with few rules is a
 * leaf, whose rules are compared in order; one with many is split further. Immutable.
 *
 * <p>A node's prefix, what a lookup needs of the node and the rules of a leaf lie one behind the other, about a line of
 * memory for a pod; what a lookup touches besides is small and mostly in the nearest cache.
 */
final class AddressSplit implements RulePart {
    /** Most rules of a leaf. */
    static final int LEAF_RULES = 8;

    private static final int END = PrefixTrie.NONE;

    // The words of a node. A leaf's rules follow, of each its position and the place of its fields; of a node without
    // rules of its own the number of its part.
    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int CHAIN = 2; // position of the first rule, place of the next node
    private static final int AROUND = 3; // place of the node around it, length of the prefix, number of a leaf's rules
    private static final int SIZE = 4;

    private final PrefixTrie trie;
    private final long[] words;
    private final RuleFields fields;
    private final RulePart[] parts;

    /** Splits by a level; {@code bySource} says which address, and so what a node with many rules is split by next. */
    private AddressSplit(List<AclRule> rules, PrefixLevel level, boolean bySource) {
        int[] places = places(level);
        trie = new PrefixTrie(level.prefixes(), places);
        words = new long[places[level.size()]];
        RuleFields.Builder inLeaves = new RuleFields.Builder();
        List<RulePart> split = new ArrayList<>();
        for (int node = 0; node < level.size(); node++) {
            int[] own = level.rules(node);
            boolean isLeaf = own.length <= LEAF_RULES;
            IpPrefix prefix = level.prefixes().get(node);
            int at = places[node];
            words[at + HIGH] = prefix.address().high();
            words[at + LOW] = prefix.address().low();
            words[at + CHAIN] = pair(own[0], place(places, level.link(node)));
            words[at + AROUND] =
                    pair(place(places, level.parent(node)), PrefixBits.length(prefix) << 8 | (isLeaf ? own.length : 0));
            if (isLeaf) {
                for (int i = 0; i < own.length; i++) {
                    words[at + SIZE + i] = pair(own[i], inLeaves.add(rules.get(own[i])));
                }
            } else {
                words[at + SIZE] = split.size();
                split.add(bySource ? byDestination(rules, own) : new PortSplit(rules, own));
            }
        }
        fields = inLeaves.build();
        parts = split.toArray(new RulePart[0]);
    }

    /** Where the words of each node begin, and at last where they end. */
    private static int[] places(PrefixLevel level) {
        int[] places = new int[level.size() + 1];
        for (int node = 0; node < level.size(); node++) {
            int own = level.rules(node).length;
            places[node + 1] = places[node] + SIZE + (own > LEAF_RULES ? 1 : own);
        }
        return places;
    }

    private static int place(int[] places, int node) {
        return node == PrefixLevel.END ? END : places[node];
    }

    private static long pair(int high, int low) {
        return (long) high << 32 | Integer.toUnsignedLong(low);
    }

    /** Splits the rules at positions {@code taking} by source, and further as needed. */
    static AddressSplit bySource(List<AclRule> rules, int[] taking) {
        return new AddressSplit(
                rules, new PrefixLevel(taking, rule -> rules.get(rule).source()), true);
    }

    private static AddressSplit byDestination(List<AclRule> rules, int[] taking) {
        return new AddressSplit(
                rules, new PrefixLevel(taking, rule -> rules.get(rule).destination()), false);
    }

    @Override
    public int match(long destinationHigh, long destinationLow, long l4, int limit) {
        return match(destinationHigh, destinationLow, destinationHigh, destinationLow, l4, limit);
    }

    /** As {@link RulePart#match}, for the address {@code high}, {@code low} by which this splits. */
    int match(long high, long low, long destinationHigh, long destinationLow, long l4, int limit) {
        int best = limit;
        int node = find(high, low);
        while (node != END) {
            long chain = words[node + CHAIN];
            if ((int) (chain >>> 32) < best) {
                int count = (int) words[node + AROUND] & 0xff;
                best = count == 0
                        ? parts[(int) words[node + SIZE]].match(destinationHigh, destinationLow, l4, best)
                        : first(node + SIZE, count, destinationHigh, destinationLow, l4, best);
            }
            node = (int) chain;
        }
        return best;
    }

    /** The node of the longest prefix that holds an address. */
    private int find(long high, long low) {
        int node = trie.find(high, low);
        while (node != END) {
            long around = words[node + AROUND];
            if (PrefixBits.same(high, low, words[node + HIGH], words[node + LOW], (int) around >>> 8)) {
                return node;
            }
            node = (int) (around >>> 32);
        }
        return END;
    }

    /** The position of the first of a leaf's rules that matches and stands before {@code limit}, or {@code limit}. */
    private int first(int from, int count, long high, long low, long l4, int limit) {
        for (int at = from; at < from + count; at++) {
            long rule = words[at];
            int position = (int) (rule >>> 32);
            if (position >= limit) {
                return limit;
            }
            if (fields.match((int) rule, high, low, l4)) {
                return position;
            }
        }
        return limit;
    }

    @Override
    public long byteSize() {
        long bytes = trie.byteSize() + fields.byteSize() + 8L * words.length;
        for (RulePart part : parts) {
            bytes += 8 + part.byteSize();
        }
        return bytes;
    }
}
