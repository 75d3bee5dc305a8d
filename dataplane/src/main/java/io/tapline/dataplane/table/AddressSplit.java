// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules split by the prefixes of one address: a {@link PrefixLevel} in the form for lookups. A node with few rules is a
 * leaf, whose rules are compared in order; one with many is split further. Immutable.
 *
 * <p>What a lookup needs of a node lies beside its prefix, and a leaf's rules lie one behind the other, so that a
 * lookup that ends at one node touches three lines of memory.
 */
final class AddressSplit implements RulePart {
    /** Most rules of a leaf. */
    static final int LEAF_RULES = 8;

    private final PrefixMap map;
    private final RuleFields leaves;
    private final RulePart[] parts;

    /** Splits by a level; {@code bySource} says which address, and so what a node with many rules is split by next. */
    private AddressSplit(List<AclRule> rules, PrefixLevel level, boolean bySource) {
        map = level.map();
        leaves = new RuleFields(inLeaves(level));
        List<RulePart> split = new ArrayList<>();
        int[] links = level.links();
        int place = 0;
        for (int node = 0; node < level.size(); node++) {
            int[] own = level.rules(node);
            int next = links[node] == PrefixLevel.END ? PrefixMap.NONE : PrefixMap.place(links[node]);
            long first = pair(own[0], next);
            if (own.length > LEAF_RULES) {
                map.set(node, first, pair(split.size(), 0));
                split.add(bySource ? byDestination(rules, own) : new PortSplit(rules, own));
            } else {
                map.set(node, first, pair(place, own.length));
                for (int rule : own) {
                    leaves.set(place++, rule, rules.get(rule));
                }
            }
        }
        parts = split.toArray(new RulePart[0]);
    }

    private static int inLeaves(PrefixLevel level) {
        int count = 0;
        for (int node = 0; node < level.size(); node++) {
            int own = level.rules(node).length;
            count += own > LEAF_RULES ? 0 : own;
        }
        return count;
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
        int node = map.find(high, low);
        while (node != PrefixMap.NONE) {
            long first = map.first(node);
            if ((int) (first >>> 32) < best) {
                long second = map.second(node);
                int at = (int) (second >>> 32);
                int count = (int) second;
                best = count == 0
                        ? parts[at].match(destinationHigh, destinationLow, l4, best)
                        : leaves.match(at, count, destinationHigh, destinationLow, l4, best);
            }
            node = (int) first;
        }
        return best;
    }

    @Override
    public long byteSize() {
        long bytes = map.byteSize() + leaves.byteSize();
        for (RulePart part : parts) {
            bytes += 8 + part.byteSize();
        }
        return bytes;
    }
}
