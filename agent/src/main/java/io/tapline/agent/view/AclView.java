// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.InterfaceAcls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An access list of the switch.
 *
 * @param index its number
 * @param name what it is for
 * @param onChange what becomes of connections that a change of it no longer permits
 * @param places where it stands
 * @param rules in order; the first that matches decides
 */
public record AclView(int index, String name, String onChange, List<Place> places, List<Rule> rules) {
    /**
     * Where a list stands.
     *
     * @param interfaceName the interface
     * @param owner who sits at its other end
     * @param direction {@code input} for packets from there, {@code output} for packets to there, {@code sender} for
     *     packets from there, judged where they leave
     */
    public record Place(String interfaceName, String owner, String direction) {}

    /**
     * A rule.
     *
     * @param number its place in the list, from 0
     * @param action {@code permit}, {@code deny}, ...
     * @param protocol name or number, or {@code any}
     * @param source block of senders
     * @param sourcePorts or ICMP types; {@code any} for all
     * @param destination block of receivers
     * @param destinationPorts or ICMP codes; {@code any} for all
     * @param origin the line of the policy that it comes from, or why it is there
     * @param hits packets that it decided, at all places together; those of known connections are not among them
     */
    public record Rule(
            int number,
            String action,
            String protocol,
            String source,
            String sourcePorts,
            String destination,
            String destinationPorts,
            String origin,
            long hits) {}

    private record RuleKey(int acl, int rule) {}

    /** All lists of a generation, by their numbers. */
    static List<AclView> of(Generation generation) {
        Map<Integer, List<Place>> places = new HashMap<>();
        Map<RuleKey, Long> hits = new HashMap<>();
        for (InterfaceConfig iface : generation.config().interfaces()) {
            place(iface, iface.inputAcls(), "input", places);
            place(iface, iface.outputAcls(), "output", places);
            place(iface, iface.senderAcls(), "sender", places);
            for (int kind : new int[] {InterfaceAcls.INPUT, InterfaceAcls.OUTPUT, InterfaceAcls.SENDER}) {
                count(generation.acls().list(iface.index(), kind), hits);
            }
        }
        return generation.config().acls().stream()
                .map(acl -> of(acl, places.getOrDefault(acl.index(), List.of()), hits))
                .toList();
    }

    private static void place(
            InterfaceConfig iface, List<Integer> lists, String direction, Map<Integer, List<Place>> places) {
        for (int list : lists) {
            places.computeIfAbsent(list, none -> new ArrayList<>())
                    .add(new Place(iface.name(), iface.owner(), direction));
        }
    }

    private static void count(@Nullable CompiledAcl lists, Map<RuleKey, Long> hits) {
        if (lists != null) {
            for (int i = 0; i < lists.entries().size(); i++) {
                CompiledAcl.Entry entry = lists.entry(i);
                hits.merge(new RuleKey(entry.aclIndex(), entry.ruleIndex()), lists.hits(i), Long::sum);
            }
        }
    }

    private static AclView of(AclConfig acl, List<Place> places, Map<RuleKey, Long> hits) {
        List<Rule> rules = new ArrayList<>(acl.rules().size());
        for (int i = 0; i < acl.rules().size(); i++) {
            rules.add(rule(i, acl.rules().get(i), hits.getOrDefault(new RuleKey(acl.index(), i), 0L)));
        }
        return new AclView(acl.index(), acl.name(), words(acl.onChange()), places, rules);
    }

    private static String words(OnChange onChange) {
        return switch (onChange.kind()) {
            case RE_EVALUATE -> "re-evaluate";
            case KEEP -> "keep";
            case DRAIN -> "drain " + onChange.drainSeconds() + "s";
        };
    }

    private static Rule rule(int number, AclRule rule, long hits) {
        return new Rule(
                number,
                rule.action().name().toLowerCase(Locale.ROOT).replace('_', '+'),
                Protocols.name(rule.protocol()),
                rule.source().toString(),
                rule.sourcePorts().toString(),
                rule.destination().toString(),
                rule.destinationPorts().toString(),
                rule.origin().text(),
                hits);
    }
}
