// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Arithmetic of address blocks. */
final class Prefixes {
    static final List<IpPrefix> ANY = List.of(IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV6);

    /** By family, then address, wider blocks before those in them. */
    static final Comparator<IpPrefix> ORDER = Comparator.comparing(IpPrefix::isIpv4)
            .thenComparing(IpPrefix::address)
            .thenComparingInt(IpPrefix::length);

    private static final int IPV4_OFFSET = 96;

    private Prefixes() {}

    /** The fewest blocks that hold exactly these addresses, ascending. */
    static List<IpPrefix> cover(Collection<IpAddress> ascending) {
        List<IpPrefix> stack = new ArrayList<>(ascending.size());
        for (IpAddress address : ascending) {
            IpPrefix block = IpPrefix.host(address);
            while (!stack.isEmpty() && areHalves(stack.getLast(), block)) {
                stack.removeLast();
                block = new IpPrefix(block.address(), block.length() - 1).network();
            }
            stack.add(block);
        }
        return List.copyOf(stack);
    }

    /** The addresses of {@code block} that are in none of {@code except}, as disjoint blocks, ascending. */
    static List<IpPrefix> subtract(IpPrefix block, Collection<IpPrefix> except) {
        List<IpPrefix> left = List.of(block.network());
        for (IpPrefix hole : except) {
            List<IpPrefix> next = new ArrayList<>();
            left.forEach(part -> subtract(part, hole.network(), next));
            left = next;
        }
        return left.stream().sorted(ORDER).toList();
    }

    private static void subtract(IpPrefix part, IpPrefix hole, List<IpPrefix> left) {
        if (covers(hole, part)) {
            return;
        }
        if (!covers(part, hole)) {
            left.add(part);
            return;
        }
        for (int length = part.length() + 1; length <= hole.length(); length++) {
            sibling(hole, length).ifPresent(left::add);
        }
    }

    /**
     * The block of this length beside the one that holds {@code block}. Empty for the IPv4-mapped block of IPv6, which
     * has no place on the wire.
     */
    private static Optional<IpPrefix> sibling(IpPrefix block, int length) {
        boolean ip4 = block.isIpv4();
        IpAddress flipped = flip(block.address(), ip4 ? IPV4_OFFSET + length : length);
        return flipped.isIpv4() == ip4 ? Optional.of(new IpPrefix(flipped, length).network()) : Optional.empty();
    }

    private static IpAddress flip(IpAddress address, int bit) {
        return bit <= Long.SIZE
                ? new IpAddress(address.high() ^ 1L << (Long.SIZE - bit), address.low())
                : new IpAddress(address.high(), address.low() ^ 1L << (2 * Long.SIZE - bit));
    }

    private static boolean areHalves(IpPrefix a, IpPrefix b) {
        return a.length() == b.length()
                && a.isIpv4() == b.isIpv4()
                && flip(a.address(), a.isIpv4() ? IPV4_OFFSET + a.length() : a.length())
                        .equals(b.address());
    }

    /** Whether all of {@code inner} is in {@code outer}; both without host bits. */
    static boolean covers(IpPrefix outer, IpPrefix inner) {
        return outer.length() <= inner.length() && outer.contains(inner.address());
    }

    /** What two blocks without host bits have in common: one of them, or nothing. */
    static Optional<IpPrefix> intersect(IpPrefix a, IpPrefix b) {
        return covers(a, b) ? Optional.of(b) : covers(b, a) ? Optional.of(a) : Optional.empty();
    }
}
