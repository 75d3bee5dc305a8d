// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.OnChange;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The access lists of one interface and direction: first match wins, no match denies. The rules are immutable; how
 * often each decided is counted.
 *
 * <p>The rules are compiled into a {@link Classifier} per address family, so that a match costs nearly the same for ten
 * rules and for ten thousand.
 *
 * <p>Threading: matching and counting by the worker thread, everything else by any thread.
 */
public final class CompiledAcl {
    /** No rule matched. */
    public static final int NO_MATCH = -1;

    /** A rule with the list and the place in it that it came from. */
    public record Entry(int aclIndex, int ruleIndex, AclRule rule) {}

    /** How far ahead a rule that stayed is looked for: a change moves most rules by a few places or not at all. */
    private static final int LOOK_AHEAD = 8;

    private final List<AclConfig> acls;
    private final List<Entry> entries;
    private final Classifier ip4;
    private final Classifier ip6;
    private final byte[] actions;
    private final OnChange[] onChange;
    private final RuleHits[] hits;
    private final RuleHits unmatched;

    /** Compiles lists in the order in which they stand on the interface. */
    public CompiledAcl(List<AclConfig> acls) {
        this(acls, null);
    }

    /**
     * Compiles lists that take the place of {@code previous}: rules that stay, in lists with the same index, go on
     * counting where they were.
     */
    public CompiledAcl(List<AclConfig> acls, @Nullable CompiledAcl previous) {
        this.acls = List.copyOf(acls);
        List<Entry> all = new ArrayList<>();
        List<AclRule> rules = new ArrayList<>();
        for (AclConfig acl : acls) {
            for (int i = 0; i < acl.rules().size(); i++) {
                all.add(new Entry(acl.index(), i, acl.rules().get(i)));
                rules.add(acl.rules().get(i));
            }
        }
        entries = List.copyOf(all);
        ip4 = new Classifier(rules, taking(rules, true));
        ip6 = new Classifier(rules, taking(rules, false));
        actions = new byte[rules.size()];
        onChange = acls.stream()
                .flatMap(acl -> acl.rules().stream().map(rule -> acl.onChange()))
                .toArray(OnChange[]::new);
        for (int i = 0; i < actions.length; i++) {
            actions[i] = (byte) rules.get(i).action().ordinal();
        }
        hits = new RuleHits[rules.size()];
        if (previous == null) {
            Arrays.setAll(hits, i -> new RuleHits());
        } else {
            takeOver(previous);
        }
        unmatched = previous == null ? new RuleHits() : previous.unmatched;
    }

    private static int[] taking(List<AclRule> rules, boolean ip4) {
        return IntStream.range(0, rules.size())
                .filter(i -> rules.get(i).source().isIpv4() == ip4)
                .toArray();
    }

    /**
     * Gives rules that were there before their counts. Most stay in their order, so each is looked for a little ahead
     * of where the one before it was; only what is not found there, and what it may have been, is hashed.
     */
    private void takeOver(CompiledAcl previous) {
        BitSet taken = new BitSet(previous.hits.length);
        int next = 0;
        for (int i = 0; i < hits.length; i++) {
            int found = previous.find(entries.get(i), next);
            if (found != NO_MATCH) {
                hits[i] = previous.hits[found];
                taken.set(found);
                next = found + 1;
            }
        }
        Map<Entry, RuleHits> left = new HashMap<>();
        for (int i = taken.nextClearBit(0); i < previous.hits.length; i = taken.nextClearBit(i + 1)) {
            left.putIfAbsent(withoutPlace(previous.entries.get(i)), previous.hits[i]);
        }
        for (int i = 0; i < hits.length; i++) {
            if (hits[i] == null) {
                RuleHits known = left.isEmpty() ? null : left.remove(withoutPlace(entries.get(i)));
                hits[i] = known == null ? new RuleHits() : known;
            }
        }
    }

    private int find(Entry entry, int from) {
        int to = Math.min(entries.size(), from + LOOK_AHEAD);
        for (int i = from; i < to; i++) {
            Entry candidate = entries.get(i);
            if (candidate.aclIndex() == entry.aclIndex() && candidate.rule().equals(entry.rule())) {
                return i;
            }
        }
        return NO_MATCH;
    }

    /** A rule keeps its count when rules before it come and go, so its place does not count. */
    private static Entry withoutPlace(Entry entry) {
        return new Entry(entry.aclIndex(), 0, entry.rule());
    }

    /**
     * The first rule for an IPv4 packet.
     *
     * @param ports source port or ICMP type in the high half, destination port or code in the low half
     * @param portsKnown whether the ports are known; if not, no rule with ports matches
     * @return an index for {@link #entry}, or {@link #NO_MATCH}
     */
    public int matchIp4(int source, int destination, int protocol, int ports, boolean portsKnown) {
        int match = ip4.match(
                0,
                FlowTable.ip4Word(source),
                0,
                FlowTable.ip4Word(destination),
                RuleFields.l4(protocol, ports, portsKnown));
        return match == Classifier.NO_MATCH ? NO_MATCH : match;
    }

    /**
     * The first rule for the packet that a session's key stands for, as it crosses the interface in a direction.
     *
     * @param source low word of the key's source address, see {@link FlowTable}; {@code destination} likewise
     */
    public int matchKey(long source, long destination, long tuple, int direction) {
        boolean leaves = direction == InterfaceAcls.OUTPUT;
        int ports = (int) (tuple >>> 32);
        int protocol = (int) (tuple >>> 24) & 0xff;
        if (protocol == Ipv4.PROTOCOL_ICMP) {
            // The key has the identifier and the request's type; requests have code 0.
            ports = (ports & 0xff) << 16;
        } else if (leaves) {
            ports = ports << 16 | ports >>> 16;
        }
        return leaves
                ? matchIp4((int) destination, (int) source, protocol, ports, true)
                : matchIp4((int) source, (int) destination, protocol, ports, true);
    }

    /** The first rule for an IPv6 packet; see {@link #matchIp4}. */
    public int matchIp6(IpAddress source, IpAddress destination, int protocol, int ports, boolean portsKnown) {
        int match = ip6.match(
                source.high(),
                source.low(),
                destination.high(),
                destination.low(),
                RuleFields.l4(protocol, ports, portsKnown));
        return match == Classifier.NO_MATCH ? NO_MATCH : match;
    }

    /** Counts a packet that a match, or {@link #NO_MATCH}, has judged. Worker thread. */
    public void hit(int match) {
        (match == NO_MATCH ? unmatched : hits[match]).increment();
    }

    /** Packets without a session that a rule has judged, or with {@link #NO_MATCH} those that none matched. */
    public long hits(int match) {
        return (match == NO_MATCH ? unmatched : hits[match]).read();
    }

    /** The action of a match: an {@link io.tapline.dataplane.config.AclAction} ordinal. */
    public int action(int match) {
        return actions[match];
    }

    /** Whether a match lets the packet pass. */
    public boolean permits(int match) {
        return match != NO_MATCH
                && (actions[match] == AclAction.PERMIT.ordinal()
                        || actions[match] == AclAction.PERMIT_REFLECT.ordinal());
    }

    /** Whether there are lists, and a match in them lets the packet pass and makes a session. */
    public static boolean reflects(@Nullable CompiledAcl lists, int match) {
        return lists != null && match != NO_MATCH && lists.actions[match] == AclAction.PERMIT_REFLECT.ordinal();
    }

    /**
     * What becomes of a session that a match, or {@link #NO_MATCH}, denies: the last list says it when none matches.
     */
    public OnChange onChange(int match) {
        if (acls.isEmpty()) {
            return OnChange.RE_EVALUATE;
        }
        return match == NO_MATCH ? acls.getLast().onChange() : onChange[match];
    }

    /** Index of the access list that a match is in. */
    public int aclIndex(int match) {
        return entries.get(match).aclIndex();
    }

    /** Position in its access list of a match. */
    public int ruleIndex(int match) {
        return entries.get(match).ruleIndex();
    }

    /** Where a match came from. */
    public Entry entry(int match) {
        return entries.get(match);
    }

    /** All rules in order of evaluation. */
    public List<Entry> entries() {
        return entries;
    }

    /** Whether these lists and others decide everything alike, now and after a change. */
    public boolean decidesAs(CompiledAcl other) {
        return entries.equals(other.entries) && reactions().equals(other.reactions());
    }

    private List<OnChange> reactions() {
        return acls.stream().map(AclConfig::onChange).toList();
    }

    /** What it was compiled from. */
    public List<AclConfig> acls() {
        return acls;
    }

    /** Memory of the compiled form in bytes, without the configuration that it refers to. */
    public long byteSize() {
        return ip4.byteSize() + ip6.byteSize() + actions.length + 32L * hits.length;
    }
}
