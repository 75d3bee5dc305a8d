// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * An ordered list of rules, cut down to the packets that another rule matches. Rules are found by the address block in
 * which they differ, so that the cost follows the number of rules that have something in common with the other.
 */
final class RuleIntersection {
    private final List<AclRule> rules;
    private final NavigableMap<IpPrefix, List<Integer>> byBlock = new TreeMap<>(Prefixes.ORDER);

    RuleIntersection(List<AclRule> rules) {
        this.rules = List.copyOf(rules);
        for (int i = 0; i < this.rules.size(); i++) {
            byBlock.computeIfAbsent(block(this.rules.get(i)), key -> new ArrayList<>())
                    .add(i);
        }
    }

    /**
     * Adds what the rules say about the packets that {@code region} matches, with their actions and origins, in order.
     */
    void within(AclRule region, List<AclRule> out) {
        IpPrefix block = block(region);
        IntStream.Builder places = IntStream.builder();
        for (int length = 0; length < block.length(); length++) {
            List<Integer> wider = byBlock.get(new IpPrefix(block.address(), length).network());
            if (wider != null) {
                wider.forEach(places::add);
            }
        }
        for (var entry : byBlock.tailMap(block, true).entrySet()) {
            if (!Prefixes.covers(block, entry.getKey())) {
                break;
            }
            entry.getValue().forEach(places::add);
        }
        int[] order = places.build().toArray();
        Arrays.sort(order);
        for (int place : order) {
            common(region, rules.get(place)).ifPresent(out::add);
        }
    }

    /** The block of a rule that is not "any": the peer's. */
    private static IpPrefix block(AclRule rule) {
        return rule.source().length() > 0 ? rule.source() : rule.destination();
    }

    private static Optional<AclRule> common(AclRule region, AclRule rule) {
        Optional<IpPrefix> source = Prefixes.intersect(region.source(), rule.source());
        Optional<IpPrefix> destination = Prefixes.intersect(region.destination(), rule.destination());
        boolean sameProtocol = region.protocol() == rule.protocol()
                || region.protocol() == AclRule.ANY_PROTOCOL
                || rule.protocol() == AclRule.ANY_PROTOCOL;
        int first = Math.max(
                region.destinationPorts().first(), rule.destinationPorts().first());
        int last = Math.min(
                region.destinationPorts().last(), rule.destinationPorts().last());
        if (source.isEmpty() || destination.isEmpty() || !sameProtocol || first > last) {
            return Optional.empty();
        }
        int protocol = Math.max(region.protocol(), rule.protocol());
        return Optional.of(new AclRule(
                rule.action(),
                source.get(),
                destination.get(),
                protocol,
                rule.sourcePorts(),
                new PortRange(first, last),
                rule.origin(),
                rule.hint()));
    }
}
