// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules split by the prefixes of one address: a {@link PrefixLevel} in the form for lookups. A node with few rules is a
 * leaf, whose rules are compared in order; one with many is split further. Immutable.
 */
final class AddressSplit implements RulePart {
    /** Most rules of a leaf. */
    static final int LEAF_RULES = 8;

    private final RuleFields fields;
    private final PrefixMap map;
    private final int[] links;
    private final int[] least;
    private final int[] leafStarts;
    private final int[] leafRules;
    private final @Nullable RulePart[] parts;

    /** Splits by a level; {@code bySource} says which address, and so what a node with many rules is split by next. */
    private AddressSplit(List<AclRule> rules, PrefixLevel level, RuleFields fields, boolean bySource) {
        this.fields = fields;
        int nodes = level.size();
        map = level.map();
        links = level.links();
        least = new int[nodes];
        leafStarts = new int[nodes + 1];
        parts = new RulePart[nodes];
        int inLeaves = 0;
        for (int node = 0; node < nodes; node++) {
            int[] own = level.rules(node);
            least[node] = own[0];
            if (own.length <= LEAF_RULES) {
                inLeaves += own.length;
            } else {
                parts[node] = bySource ? byDestination(rules, own, fields) : new PortSplit(rules, own);
            }
            leafStarts[node + 1] = inLeaves;
        }
        leafRules = new int[inLeaves];
        for (int node = 0; node < nodes; node++) {
            System.arraycopy(
                    level.rules(node), 0, leafRules, leafStarts[node], leafStarts[node + 1] - leafStarts[node]);
        }
    }

    /** Splits the rules at positions {@code taking} by source, and further as needed. */
    static AddressSplit bySource(List<AclRule> rules, int[] taking, RuleFields fields) {
        PrefixLevel level = new PrefixLevel(taking, rule -> rules.get(rule).source());
        return new AddressSplit(rules, level, fields, true);
    }

    private static AddressSplit byDestination(List<AclRule> rules, int[] taking, RuleFields fields) {
        PrefixLevel level = new PrefixLevel(taking, rule -> rules.get(rule).destination());
        return new AddressSplit(rules, level, fields, false);
    }

    @Override
    public int match(long destinationHigh, long destinationLow, long l4, int limit) {
        return match(destinationHigh, destinationLow, destinationHigh, destinationLow, l4, limit);
    }

    /** As {@link RulePart#match}, for the address {@code high}, {@code low} by which this splits. */
    int match(long high, long low, long destinationHigh, long destinationLow, long l4, int limit) {
        int best = limit;
        for (int node = map.find(high, low); node != PrefixLevel.END; node = links[node]) {
            if (least[node] >= best) {
                continue;
            }
            RulePart part = parts[node];
            best = part == null
                    ? leaf(node, destinationHigh, destinationLow, l4, best)
                    : part.match(destinationHigh, destinationLow, l4, best);
        }
        return best;
    }

    private int leaf(int node, long destinationHigh, long destinationLow, long l4, int limit) {
        for (int i = leafStarts[node]; i < leafStarts[node + 1]; i++) {
            int rule = leafRules[i];
            if (rule >= limit) {
                return limit;
            }
            if (fields.matches(rule, destinationHigh, destinationLow, l4)) {
                return rule;
            }
        }
        return limit;
    }

    @Override
    public long byteSize() {
        long bytes = map.byteSize() + 4L * (links.length + least.length + leafStarts.length + leafRules.length);
        for (RulePart part : parts) {
            bytes += part == null ? 8 : 8 + part.byteSize();
        }
        return bytes;
    }
}
