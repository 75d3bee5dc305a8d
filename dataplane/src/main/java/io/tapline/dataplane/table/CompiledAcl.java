// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import java.util.ArrayList;
import java.util.List;

/**
 * The access lists of one interface and direction as one flat array: first match wins, no match denies. Immutable.
 *
 * <p>Only IPv4 rules take part in {@link #matchIp4}.
 */
public final class CompiledAcl {
    /** No rule matched. */
    public static final int NO_MATCH = -1;

    private static final int STRIDE = 8;
    private static final int SOURCE = 0;
    private static final int SOURCE_MASK = 1;
    private static final int DESTINATION = 2;
    private static final int DESTINATION_MASK = 3;
    private static final int PROTOCOL = 4;
    private static final int SOURCE_PORTS = 5;
    private static final int DESTINATION_PORTS = 6;
    private static final int ANY_PORTS = 0x0000_ffff;

    /** A rule with the list and the place in it that it came from. */
    public record Entry(int aclIndex, int ruleIndex, AclRule rule) {}

    private final List<Entry> entries;
    private final int[] ip4;
    private final int[] ip4Entry;
    private final byte[] actions;
    private final int[] aclIndexes;
    private final int[] ruleIndexes;

    /** Compiles lists in the order in which they stand on the interface. */
    public CompiledAcl(List<AclConfig> acls) {
        List<Entry> all = new ArrayList<>();
        for (AclConfig acl : acls) {
            for (int i = 0; i < acl.rules().size(); i++) {
                all.add(new Entry(acl.index(), i, acl.rules().get(i)));
            }
        }
        entries = List.copyOf(all);
        int[] order = java.util.stream.IntStream.range(0, all.size())
                .filter(i -> all.get(i).rule().source().isIpv4())
                .toArray();
        ip4 = new int[order.length * STRIDE];
        ip4Entry = order;
        actions = new byte[all.size()];
        aclIndexes = all.stream().mapToInt(Entry::aclIndex).toArray();
        ruleIndexes = all.stream().mapToInt(Entry::ruleIndex).toArray();
        for (int i = 0; i < order.length; i++) {
            compile(all.get(order[i]).rule(), i * STRIDE);
        }
        for (int i = 0; i < actions.length; i++) {
            actions[i] = (byte) all.get(i).rule().action().ordinal();
        }
    }

    /**
     * The first rule for an IPv4 packet.
     *
     * @param ports source port or ICMP type in the high half, destination port or code in the low half
     * @param l4 whether the ports are known; if not, no rule with ports matches
     * @return an index for {@link #entry}, or {@link #NO_MATCH}
     */
    public int matchIp4(int source, int destination, int protocol, int ports, boolean l4) {
        for (int r = 0; r < ip4.length; r += STRIDE) {
            if ((source & ip4[r + SOURCE_MASK]) == ip4[r + SOURCE]
                    && (destination & ip4[r + DESTINATION_MASK]) == ip4[r + DESTINATION]
                    && (ip4[r + PROTOCOL] == protocol || ip4[r + PROTOCOL] == AclRule.ANY_PROTOCOL)
                    && portsMatch(r, ports, l4)) {
                return ip4Entry[r / STRIDE];
            }
        }
        return NO_MATCH;
    }

    /** The action of a match: an {@link io.tapline.dataplane.config.AclAction} ordinal. */
    public int action(int match) {
        return actions[match];
    }

    /** Index of the access list that a match is in. */
    public int aclIndex(int match) {
        return aclIndexes[match];
    }

    /** Position in its access list of a match. */
    public int ruleIndex(int match) {
        return ruleIndexes[match];
    }

    /** Where a match came from. */
    public Entry entry(int match) {
        return entries.get(match);
    }

    /** All rules in order of evaluation. */
    public List<Entry> entries() {
        return entries;
    }

    private boolean portsMatch(int r, int ports, boolean l4) {
        int sourceRange = ip4[r + SOURCE_PORTS];
        int destinationRange = ip4[r + DESTINATION_PORTS];
        if (sourceRange == ANY_PORTS && destinationRange == ANY_PORTS) {
            return true;
        }
        return l4 && within(ports >>> 16, sourceRange) && within(ports & 0xffff, destinationRange);
    }

    private static boolean within(int port, int range) {
        return port >= range >>> 16 && port <= (range & 0xffff);
    }

    private void compile(AclRule rule, int r) {
        ip4[r + SOURCE] = rule.source().address().ipv4();
        ip4[r + SOURCE_MASK] = rule.source().ipv4Mask();
        ip4[r + DESTINATION] = rule.destination().address().ipv4();
        ip4[r + DESTINATION_MASK] = rule.destination().ipv4Mask();
        ip4[r + PROTOCOL] = rule.protocol();
        ip4[r + SOURCE_PORTS] =
                rule.sourcePorts().first() << 16 | rule.sourcePorts().last();
        ip4[r + DESTINATION_PORTS] =
                rule.destinationPorts().first() << 16 | rule.destinationPorts().last();
    }
}
