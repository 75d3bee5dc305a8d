// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrefixesTest {
    @Test
    void coversAddressesWithTheFewestBlocks() {
        List<IpAddress> addresses = Stream.of(
                        "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "fd00::2", "fd00::3")
                .map(IpAddress::parse)
                .toList();
        assertThat(Prefixes.cover(addresses))
                .containsExactly(blocks("10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "fd00::2/127"));
    }

    @Test
    void coversExactlyTheAddresses() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            TreeSet<IpAddress> addresses = new TreeSet<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                addresses.add(IpAddress.ofIpv4(0x0a00_0000 + random.nextInt(64)));
            }
            List<IpPrefix> cover = Prefixes.cover(addresses);
            for (int i = 0; i < 64; i++) {
                IpAddress address = IpAddress.ofIpv4(0x0a00_0000 + i);
                assertThat(cover.stream().filter(block -> block.contains(address)))
                        .hasSize(addresses.contains(address) ? 1 : 0);
            }
        }
    }

    @Test
    void subtractsHoles() {
        assertThat(Prefixes.subtract(IpPrefix.parse("10.0.0.0/30"), List.of(IpPrefix.parse("10.0.0.1/32"))))
                .containsExactly(blocks("10.0.0.0/32", "10.0.0.2/31"));
        assertThat(Prefixes.subtract(IpPrefix.parse("10.0.0.7/29"), List.of(IpPrefix.parse("10.0.0.0/8"))))
                .isEmpty();
        assertThat(Prefixes.subtract(IpPrefix.parse("10.0.0.0/31"), List.of(IpPrefix.parse("10.0.0.2/31"))))
                .containsExactly(blocks("10.0.0.0/31"));
        assertThat(Prefixes.subtract(IpPrefix.ANY_IPV6, List.of(IpPrefix.parse("8000::/1"))))
                .containsExactly(blocks("::/1"));
    }

    @Test
    void subtractsASubnetOfIpv6() {
        assertThat(Prefixes.subtract(IpPrefix.parse("fd00::/62"), List.of(IpPrefix.parse("fd00:0:0:1::/64"))))
                .containsExactly(blocks("fd00::/64", "fd00:0:0:2::/63"));
    }

    @Test
    void leavesOutTheBlockThatHasNoPlaceOnTheWire() {
        List<IpPrefix> left =
                Prefixes.subtract(IpPrefix.parse("::fffe:0:0/95"), List.of(IpPrefix.parse("::fffe:0:0/96")));
        assertThat(left).isEmpty();
    }

    private static IpPrefix[] blocks(String... texts) {
        return Stream.of(texts).map(IpPrefix::parse).toArray(IpPrefix[]::new);
    }
}
