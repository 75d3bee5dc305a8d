// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpPrefix;
import java.util.List;

/**
 * What the short lists at the leaves of a {@link Classifier} compare: destination, protocol and ports of each rule,
 * side by side, so that a rule is one or two cache lines. The source needs no comparison at a leaf. Immutable.
 */
final class RuleFields {
    private static final int STRIDE = 6;
    private static final int HIGH = 0;
    private static final int HIGH_MASK = 1;
    private static final int LOW = 2;
    private static final int LOW_MASK = 3;
    private static final int PORTS = 4;
    private static final int PROTOCOL = 5;
    private static final long PORTS_KNOWN = 1 << 8;
    private static final long ANY_PORTS = 0x0000_ffff_0000_ffffL;

    private final long[] words;

    /** The fields of rules, each known by its position. */
    RuleFields(List<AclRule> rules) {
        words = new long[rules.size() * STRIDE];
        for (int i = 0; i < rules.size(); i++) {
            AclRule rule = rules.get(i);
            IpPrefix destination = rule.destination();
            int length = PrefixMap.fullLength(destination);
            int r = i * STRIDE;
            words[r + HIGH] = destination.address().high();
            words[r + HIGH_MASK] = PrefixMap.highMask(length);
            words[r + LOW] = destination.address().low();
            words[r + LOW_MASK] = PrefixMap.lowMask(length);
            words[r + PORTS] = range(rule.sourcePorts()) << 32 | range(rule.destinationPorts());
            words[r + PROTOCOL] = rule.protocol();
        }
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

    /** Whether a rule's destination, protocol and ports match. */
    boolean matches(int rule, long high, long low, long l4) {
        int r = rule * STRIDE;
        return (low & words[r + LOW_MASK]) == words[r + LOW]
                && (high & words[r + HIGH_MASK]) == words[r + HIGH]
                && protocolMatches(r, l4);
    }

    /** Memory of the array, in bytes. */
    long byteSize() {
        return 8L * words.length;
    }

    private boolean protocolMatches(int r, long l4) {
        long wanted = words[r + PROTOCOL];
        if (wanted == AclRule.ANY_PROTOCOL) {
            return true;
        }
        if (wanted != protocol(l4)) {
            return false;
        }
        long ranges = words[r + PORTS];
        return ranges == ANY_PORTS
                || (portsKnown(l4)
                        && within(sourcePort(l4), (int) (ranges >>> 32))
                        && within(destinationPort(l4), (int) ranges));
    }

    private static boolean within(int port, int range) {
        return port >= range >>> 16 && port <= (range & 0xffff);
    }
}
