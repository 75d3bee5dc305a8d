// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.testkit.Draw;
import io.tapline.testkit.Property;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrefixTrieTest {
    private static final int ADDRESSES = 200;
    private static final long CLUSTER = 0xfd00_0010_0000_0000L;

    /** The bits in which prefixes differ: few differ in all of them in a real cluster. */
    private enum Spread {
        POD_NETWORK,
        ANYWHERE,
        NESTED
    }

    @Test
    void noPrefixHoldsAnAddressOfAnEmptyTrie() {
        assertThat(trie(List.of()).find(0, IpAddress.parse("10.1.1.2").low())).isEqualTo(PrefixTrie.NONE);
    }

    @Test
    void theLongestPrefixIsTheFirstThatHoldsTheAddressFromTheOneFoundOutwards() {
        Property.holds("the longest prefix is found", 3_000, draw -> {
            boolean ip6 = draw.oneIn(3);
            Spread spread = draw.pick(List.of(Spread.values()));
            List<IpPrefix> prefixes = prefixes(draw, ip6, spread);
            PrefixTrie trie = trie(prefixes);
            for (int i = 0; i < ADDRESSES; i++) {
                IpAddress address = near(draw, ip6, spread, prefixes);
                assertThat(firstToHold(trie.find(address.high(), address.low()), address, prefixes))
                        .as("%s in %s", address, prefixes)
                        .isEqualTo(longest(prefixes, address));
            }
        });
    }

    @Test
    void cellsAreFewerThanEightForEachPrefix() {
        Property.holds("cells are few", 1_000, draw -> {
            List<IpPrefix> prefixes = prefixes(draw, draw.oneIn(3), draw.pick(List.of(Spread.values())));
            assertThat(trie(prefixes).byteSize()).isLessThanOrEqualTo(prefixes.size() * (8 * 4L + 32));
        });
    }

    @Test
    void podsOfAClusterTakeSixteenBytesEach() {
        int pods = 10_000;
        List<IpPrefix> prefixes = IntStream.range(0, pods)
                .mapToObj(i -> new IpPrefix(IpAddress.ofIpv4(0x0a01_0000 + i), 32))
                .toList();

        assertThat(trie(prefixes).byteSize()).isLessThan(16L * pods);
    }

    private static PrefixTrie trie(List<IpPrefix> prefixes) {
        return new PrefixTrie(prefixes, IntStream.range(0, prefixes.size()).toArray());
    }

    private static int firstToHold(int found, IpAddress address, List<IpPrefix> prefixes) {
        int node = found;
        while (node != PrefixTrie.NONE && !prefixes.get(node).contains(address)) {
            node = around(node, prefixes);
        }
        return node;
    }

    /** The longest prefix that holds all of another: in this order the last before it that does. */
    private static int around(int inner, List<IpPrefix> prefixes) {
        return IntStream.range(0, inner)
                .filter(i -> prefixes.get(i).contains(prefixes.get(inner).address()))
                .reduce(PrefixTrie.NONE, (a, b) -> b);
    }

    private static int longest(List<IpPrefix> prefixes, IpAddress address) {
        return IntStream.range(0, prefixes.size())
                .filter(i -> prefixes.get(i).contains(address))
                .boxed()
                .max(Comparator.comparingInt(i -> prefixes.get(i).length()))
                .orElse(PrefixTrie.NONE);
    }

    private static List<IpPrefix> prefixes(Draw draw, boolean ip6, Spread spread) {
        int bits = ip6 ? 128 : 32;
        return Stream.generate(() -> {
                    int length = draw.oneIn(3) ? draw.between(0, bits) : bits - draw.between(0, 8);
                    return new IpPrefix(address(draw, ip6, spread), length).network();
                })
                .limit(draw.between(1, 60))
                .distinct()
                .sorted(Comparator.comparing(IpPrefix::address).thenComparingInt(IpPrefix::length))
                .toList();
    }

    /** An address of the same kind, or one that differs from a prefix's in a single bit. */
    private static IpAddress near(Draw draw, boolean ip6, Spread spread, List<IpPrefix> prefixes) {
        if (draw.chance()) {
            return address(draw, ip6, spread);
        }
        IpAddress known = draw.pick(prefixes).address();
        int bit = draw.between(ip6 ? 0 : 96, 127);
        long high = known.high() ^ (bit < 64 ? 1L << (63 - bit) : 0);
        long low = known.low() ^ (bit < 64 ? 0 : 1L << (127 - bit));
        return ip6 ? new IpAddress(high, low) : IpAddress.ofIpv4((int) low);
    }

    private static IpAddress address(Draw draw, boolean ip6, Spread spread) {
        long host = draw.between(0, 1 << 10);
        return switch (spread) {
            case POD_NETWORK -> ip6 ? new IpAddress(CLUSTER, host) : IpAddress.ofIpv4(0x0a01_0000 | (int) host);
            case ANYWHERE -> ip6 ? new IpAddress(draw.bits64(), draw.bits64()) : IpAddress.ofIpv4(draw.bits32());
            case NESTED -> ip6 ? new IpAddress(-1, -1 ^ 1L << host % 64) : IpAddress.ofIpv4(-1 ^ 1 << (int) host % 32);
        };
    }
}
