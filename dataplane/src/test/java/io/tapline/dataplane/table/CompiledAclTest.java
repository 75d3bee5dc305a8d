// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.config.PortRange;
import io.tapline.testkit.Draw;
import io.tapline.testkit.Property;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CompiledAclTest {
    private static final List<Integer> PROTOCOLS = List.of(
            AclRule.ANY_PROTOCOL,
            Ipv4.PROTOCOL_TCP,
            Ipv4.PROTOCOL_UDP,
            Ipv4.PROTOCOL_ICMP,
            Ipv4.PROTOCOL_SCTP,
            47,
            255);
    private static final int HEADERS_PER_LIST = 500;

    /** How a random list is made: the shapes that policies have, and those that hurt classifiers. */
    private enum Shape {
        POLICIES,
        WILD,
        NESTED,
        PORTS
    }

    private static void engineIsFirstMatch(int lists, int maxRules) {
        Property.holds("the engine finds the first match", lists, draw -> {
            Shape shape = draw.pick(List.of(Shape.values()));
            boolean ip6 = draw.oneIn(5);
            List<AclRule> rules = IntStream.range(0, draw.between(0, maxRules))
                    .mapToObj(i -> rule(draw, shape, ip6 ^ draw.oneIn(10)))
                    .toList();
            CompiledAcl compiled = new CompiledAcl(split(draw, rules));
            for (int i = 0; i < HEADERS_PER_LIST; i++) {
                FirstMatch.Header header = header(draw, rules, ip6);
                assertThat(match(compiled, header))
                        .as("%s in %s", header, rules)
                        .isEqualTo(FirstMatch.of(rules, header));
            }
        });
    }

    /** The same rules as one list or as several that stand on an interface together. */
    private static List<AclConfig> split(Draw draw, List<AclRule> rules) {
        int cut = draw.between(0, rules.size());
        return draw.chance()
                ? List.of(new AclConfig(1, "all", rules))
                : List.of(
                        new AclConfig(1, "head", rules.subList(0, cut)),
                        new AclConfig(2, "tail", rules.subList(cut, rules.size())));
    }

    private static int match(CompiledAcl acl, FirstMatch.Header h) {
        return h.source().isIpv4()
                ? acl.matchIp4(h.source().ipv4(), h.destination().ipv4(), h.protocol(), h.ports(), h.portsKnown())
                : acl.matchIp6(h.source(), h.destination(), h.protocol(), h.ports(), h.portsKnown());
    }

    private static AclRule rule(Draw draw, Shape shape, boolean ip6) {
        int protocol = draw.pick(PROTOCOLS);
        boolean noPorts = protocol == AclRule.ANY_PROTOCOL;
        boolean sourcePorts = shape == Shape.PORTS || draw.oneIn(8);
        PortRange first = noPorts || !sourcePorts ? PortRange.ANY : range(draw);
        PortRange second = noPorts || draw.oneIn(4) ? PortRange.ANY : range(draw);
        return new AclRule(
                draw.pick(List.of(AclAction.values())),
                prefix(draw, shape, ip6, true),
                prefix(draw, shape, ip6, false),
                protocol,
                first,
                second,
                Origin.NONE,
                "");
    }

    private static PortRange range(Draw draw) {
        int first = draw.chance() ? draw.below(16) : draw.bits16();
        return draw.chance()
                ? PortRange.of(first)
                : new PortRange(first, Math.min(0xffff, first + draw.between(0, draw.chance() ? 8 : 0xffff)));
    }

    private static IpPrefix prefix(Draw draw, Shape shape, boolean ip6, boolean source) {
        int bits = ip6 ? 128 : 32;
        int length = switch (shape) {
            case POLICIES ->
                source ? draw.pick(List.of(bits, bits, bits, 24, 16, 8, 0)) : draw.pick(List.of(bits, 0, 0));
            case WILD -> draw.between(0, bits);
            case NESTED -> draw.between(0, bits);
            case PORTS -> draw.pick(List.of(0, 0, 0, 1));
        };
        // Nested prefixes all hold one address; the others come from a small world, so that they meet at all.
        IpAddress address =
                shape == Shape.NESTED ? IpAddress.parse(ip6 ? "2001:db8::1" : "10.1.1.1") : address(draw, ip6);
        return new IpPrefix(address, length).network();
    }

    private static IpAddress address(Draw draw, boolean ip6) {
        if (ip6) {
            return draw.oneIn(4)
                    ? new IpAddress(draw.bits64() | 1L << 61, draw.bits64())
                    : new IpAddress(0x2001_0db8_0000_0000L | draw.below(4), (long) draw.below(4) << 62 | draw.below(4));
        }
        return IpAddress.ofIpv4(draw.oneIn(4) ? draw.bits32() : 0x0a010000 | draw.below(4) << 8 | draw.below(8));
    }

    /** One that some rule matches or nearly matches, or any. */
    private static FirstMatch.Header header(Draw draw, List<AclRule> rules, boolean ip6) {
        IpAddress source = address(draw, ip6);
        IpAddress destination = address(draw, ip6);
        int protocol = draw.oneIn(8) ? draw.below(256) : draw.pick(PROTOCOLS.subList(1, PROTOCOLS.size()));
        int first = draw.chance() ? draw.below(16) : draw.bits16();
        int second = draw.chance() ? draw.below(16) : draw.bits16();
        if (!rules.isEmpty() && !draw.oneIn(4)) {
            AclRule rule = rules.get(draw.below(rules.size()));
            source = near(draw, rule.source(), source);
            destination = near(draw, rule.destination(), destination);
            protocol = rule.protocol() == AclRule.ANY_PROTOCOL || draw.oneIn(8) ? protocol : rule.protocol();
            first = edge(draw, rule.sourcePorts(), first);
            second = edge(draw, rule.destinationPorts(), second);
        }
        return new FirstMatch.Header(source, destination, protocol, first, second, !draw.oneIn(8));
    }

    private static IpAddress near(Draw draw, IpPrefix prefix, IpAddress other) {
        if (prefix.isIpv4() != other.isIpv4() || draw.oneIn(8)) {
            return other;
        }
        IpAddress a = prefix.address();
        return switch (draw.below(3)) {
            case 0 -> a;
            case 1 ->
                prefix.isIpv4()
                        ? IpAddress.ofIpv4(a.ipv4() | ~prefix.ipv4Mask())
                        : new IpAddress(a.high(), a.low() ^ 1);
            default ->
                prefix.isIpv4()
                        ? IpAddress.ofIpv4(a.ipv4() | (draw.bits32() & ~prefix.ipv4Mask()))
                        : new IpAddress(a.high(), a.low() ^ draw.below(1 << 16));
        };
    }

    private static int edge(Draw draw, PortRange range, int other) {
        return switch (draw.below(6)) {
            case 0 -> range.first();
            case 1 -> range.last();
            case 2 -> Math.max(0, range.first() - 1);
            case 3 -> Math.min(0xffff, range.last() + 1);
            default -> other;
        };
    }

    @Test
    void findsTheFirstMatchOfSmallLists() {
        engineIsFirstMatch(2_000, 40);
    }

    @Test
    void findsTheFirstMatchOfBigLists() {
        engineIsFirstMatch(40, 1_500);
    }

    @Tag("slow")
    @Test
    void findsTheFirstMatchOfMillionsOfHeaders() {
        engineIsFirstMatch(20_000, 60);
        engineIsFirstMatch(200, 3_000);
    }

    @Test
    void anEmptyListMatchesNothing() {
        CompiledAcl none = new CompiledAcl(List.of());
        assertThat(none.matchIp4(1, 2, Ipv4.PROTOCOL_TCP, 3, true)).isEqualTo(CompiledAcl.NO_MATCH);
    }

    @Test
    void memoryIsInProportionToTheRules() {
        for (int rules : new int[] {100, 1_000, 10_000}) {
            CompiledAcl compiled = new CompiledAcl(List.of(new AclConfig(1, "pods", podRules(rules))));
            assertThat(compiled.byteSize()).as("%d rules", rules).isLessThan(1_000 + 220L * rules);
        }
    }

    @Test
    void nestedPrefixesAndPortRangesTakeBoundedMemory() {
        List<AclRule> worst = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            IpPrefix source = new IpPrefix(IpAddress.parse("10.1.1.1"), i % 33).network();
            IpPrefix destination = new IpPrefix(IpAddress.parse("10.1.1.1"), i / 33 % 33).network();
            PortRange sources = new PortRange(i, i + 30_000);
            PortRange destinations = new PortRange(i * 3, i * 3 + 20_000);
            worst.add(new AclRule(AclAction.PERMIT, source, destination, 6, sources, destinations, Origin.NONE, ""));
        }
        assertThat(new CompiledAcl(List.of(new AclConfig(1, "worst", worst))).byteSize())
                .isLessThan(20_000_000);
    }

    @Test
    void rulesThatStayKeepTheirCount() {
        List<AclRule> rules = podRules(3);
        CompiledAcl before = new CompiledAcl(List.of(new AclConfig(1, "pods", rules)));
        before.hit(2);
        before.hit(2);
        before.hit(0);
        before.hit(CompiledAcl.NO_MATCH);
        CompiledAcl after = new CompiledAcl(List.of(new AclConfig(1, "pods", rules.subList(1, 3))), before);
        assertThat(after.hits(1)).isEqualTo(2);
        assertThat(after.hits(0)).isZero();
        assertThat(after.hits(CompiledAcl.NO_MATCH)).isEqualTo(1);
        CompiledAcl other = new CompiledAcl(List.of(new AclConfig(2, "others", rules)), before);
        assertThat(other.hits(2)).as("another list's rule").isZero();
    }

    /** Whatever comes, goes and moves: what is in both has its count, what is new has none. */
    @Test
    void countsFollowTheirRulesThroughAnyChange() {
        Property.holds("counts follow their rules", 300, draw -> {
            List<AclRule> rules = podRules(draw.between(1, 60));
            CompiledAcl before = new CompiledAcl(List.of(new AclConfig(1, "pods", rules)));
            Map<AclRule, Integer> counts = new HashMap<>();
            for (int i = 0; i < rules.size(); i++) {
                for (int hits = draw.below(4); hits > 0; hits--) {
                    before.hit(i);
                    counts.merge(rules.get(i), 1, Integer::sum);
                }
            }
            List<AclRule> changed = new ArrayList<>(rules);
            for (int change = draw.below(12); change > 0; change--) {
                int place = draw.below(changed.size() + 1);
                if (draw.chance() || place == changed.size()) {
                    PortRange port = PortRange.of(1000 + changed.size());
                    changed.add(
                            place, AclRule.toPorts(AclAction.PERMIT, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4, 6, port));
                } else {
                    AclRule moved = changed.remove(place);
                    if (draw.chance()) {
                        changed.add(draw.below(changed.size() + 1), moved);
                    }
                }
            }
            CompiledAcl after = new CompiledAcl(List.of(new AclConfig(1, "pods", changed)), before);
            for (int i = 0; i < changed.size(); i++) {
                int expected = counts.getOrDefault(changed.get(i), 0);
                assertThat(after.hits(i)).as("rule %d", i).isEqualTo(expected);
            }
        });
    }

    /** As a planner makes them: peers of pods and blocks, to a port, and at last a deny. */
    static List<AclRule> podRules(int count) {
        List<AclRule> rules = new ArrayList<>();
        for (int i = 0; i < count - 1; i++) {
            IpPrefix peer = i % 20 == 19
                    ? new IpPrefix(IpAddress.ofIpv4(0xac100000 | i << 8), 24)
                    : new IpPrefix(IpAddress.ofIpv4(0x0a010000 + i), 32);
            rules.add(AclRule.toPorts(
                    AclAction.PERMIT, peer, IpPrefix.ANY_IPV4, Ipv4.PROTOCOL_TCP, PortRange.of(80 + i % 7)));
        }
        rules.add(AclRule.any(AclAction.DENY, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4));
        return rules;
    }
}
