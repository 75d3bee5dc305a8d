// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpPrefix;

/**
 * What the leaves of a {@link Classifier} compare: destination, protocol and ports of rules in the order in which they
 * are tried, half a cache line each. The source needs no comparison at a leaf.
 *
 * <p>Immutable once filled.
 */
final class RuleFields {
    private static final int STRIDE = 4;
    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int PORTS = 2;
    private static final int RULE = 3; // position, length of the destination as in 128 bits, protocol
    /** In place of the length: all rules are of one address family, so that any address of it matches. */
    private static final int ANYWHERE = 0;

    private static final long PORTS_KNOWN = 1 << 8;
    private static final long ANY_PORTS = 0x0000_ffff_0000_ffffL;

    private final long[] words;

    /** Room for so many rules. */
    RuleFields(int count) {
        words = new long[count * STRIDE];
    }

    /** Fills a place. */
    void set(int place, int position, AclRule rule) {
        IpPrefix destination = rule.destination();
        int r = place * STRIDE;
        words[r + HIGH] = destination.address().high();
        words[r + LOW] = destination.address().low();
        words[r + PORTS] = range(rule.sourcePorts()) << 32 | range(rule.destinationPorts());
        int length = destination.length() == 0 ? ANYWHERE : PrefixMap.fullLength(destination);
        words[r + RULE] = (long) position << 32 | length << 8 | rule.protocol();
    }

    private static long range(PortRange ports) {
        return (long) ports.first() << 16 | ports.last();
    }

    /**
     * Protocol and ports of a packet in one word.
     *
     * @param ports source port or ICMP type in the high half, destination port or code in the low half
     * @param portsKnown if false, no rule with ports matches
     */
    static long l4(int protocol, int ports, boolean portsKnown) {
        return (long) ports << 32 | (portsKnown ? PORTS_KNOWN : 0) | protocol;
    }

    static int protocol(long l4) {
        return (int) l4 & 0xff;
    }

    static boolean portsKnown(long l4) {
        return (l4 & PORTS_KNOWN) != 0;
    }

    static int sourcePort(long l4) {
        return (int) (l4 >>> 48);
    }

    static int destinationPort(long l4) {
        return (int) (l4 >>> 32) & 0xffff;
    }

    /**
     * The position of the first rule at {@code count} places from {@code start} on whose destination, protocol and
     * ports match and whose position is below {@code limit}, or {@code limit}. The positions there ascend.
     */
    int match(int start, int count, long high, long low, long l4, int limit) {
        for (int r = start * STRIDE; r < (start + count) * STRIDE; r += STRIDE) {
            long rule = words[r + RULE];
            if ((int) (rule >>> 32) >= limit) {
                return limit;
            }
            if (protocolMatches((int) rule & 0xff, words[r + PORTS], l4)
                    && destinationMatches(r, (int) rule >>> 8, high, low)) {
                return (int) (rule >>> 32);
            }
        }
        return limit;
    }

    private boolean destinationMatches(int r, int length, long high, long low) {
        return length == ANYWHERE
                || ((low & PrefixMap.lowMask(length)) == words[r + LOW]
                        && (high & PrefixMap.highMask(length)) == words[r + HIGH]);
    }

    /** Memory of the array, in bytes. */
    long byteSize() {
        return 8L * words.length;
    }

    private static boolean protocolMatches(int wanted, long ranges, long l4) {
        if (wanted == AclRule.ANY_PROTOCOL) {
            return true;
        }
        if (wanted != protocol(l4)) {
            return false;
        }
        return ranges == ANY_PORTS
                || (portsKnown(l4)
                        && within(sourcePort(l4), (int) (ranges >>> 32))
                        && within(destinationPort(l4), (int) ranges));
    }

    private static boolean within(int port, int range) {
        return port >= range >>> 16 && port <= (range & 0xffff);
    }
}
