// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import java.util.List;

/**
 * Finds the first of many rules of one address family that matches a packet, with the same result as trying them one by
 * one. Immutable.
 *
 * <p>Rules are split by source prefix, each part by destination prefix ({@link AddressSplit}), and what is left by
 * protocol and ports ({@link PortSplit}). A part of up to {@value AddressSplit#LEAF_RULES} rules is tried one by one,
 * in order. Parts that cannot beat what is already found are skipped.
 *
 * <p>Cost of a lookup: for each address the few reads of a {@link PrefixTrie}, then as many parts as there are chained
 * nodes of {@link PrefixLevel} for both addresses. For the lists of pods - many /32, some blocks - that is two or three
 * reads and one or two parts, whatever the number of rules. The worst list, in which 33 prefixes nest in both addresses
 * and each pair of them has rules, costs 33 * 33 parts; a part costs at most {@value AddressSplit#LEAF_RULES}
 * comparisons or one lookup in {@link PortMap}, log<sub>2</sub>(2n)<sup>2</sup> steps.
 *
 * <p>Memory and time to build are in proportion to the rules, but for rules that restrict source and destination ports
 * at once, which take n log n: see {@link #byteSize}.
 */
final class Classifier {
    /** No rule matched. */
    static final int NO_MATCH = Integer.MAX_VALUE;

    private final AddressSplit sources;

    /**
     * Compiles rules.
     *
     * @param rules all rules, each known by its position
     * @param taking positions of those that take part, ascending, all of one address family
     */
    Classifier(List<AclRule> rules, int[] taking) {
        sources = AddressSplit.bySource(rules, taking);
    }

    /**
     * Position of the first rule that matches, or {@link #NO_MATCH}. Addresses are the two halves of 128 bits, as in
     * {@link io.tapline.wire.IpAddress}.
     *
     * @param l4 protocol and ports, see {@link RuleFields#l4}
     */
    int match(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long l4) {
        return sources.match(sourceHigh, sourceLow, destinationHigh, destinationLow, l4, NO_MATCH);
    }

    /** Memory of the arrays in bytes; object headers are left out. */
    long byteSize() {
        return sources.byteSize();
    }
}
