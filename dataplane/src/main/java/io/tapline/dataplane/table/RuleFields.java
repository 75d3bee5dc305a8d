// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpPrefix;
import java.util.Arrays;

/**
 * What a {@link Classifier} compares at last: destination, protocol and ports of rules. The source needs no comparison
 * there. Rules that are alike in these, as all of a policy's peers are, share one place, mostly: so that what is
 * compared stays in the nearest cache. Immutable.
 */
final class RuleFields {
    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int PORTS = 2;
    private static final int KIND = 3; // length of the destination as in 128 bits, protocol
    private static final int SIZE = 4;
    /** In place of the length: all rules are of one address family, so that any address of it matches. */
    private static final int ANYWHERE = 0;

    private static final long PORTS_KNOWN = 1 << 8;
    private static final long ANY_PORTS = 0x0000_ffff_0000_ffffL;
    private final long[] words;

    private RuleFields(long[] words) {
        this.words = words;
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

    /** Whether a packet's destination, protocol and ports are those at a place. */
    boolean match(int place, long high, long low, long l4) {
        int kind = (int) words[place + KIND];
        return protocolMatches(kind & 0xff, words[place + PORTS], l4)
                && PrefixBits.same(high, low, words[place + HIGH], words[place + LOW], kind >>> 8);
    }

    /** Memory of the arrays, in bytes. */
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

    /** Fields in the making. */
    static final class Builder {
        /** Of how many hashes the latest place is remembered. */
        private static final int REMEMBERED = 64;

        private final int[] latest = new int[REMEMBERED];
        private long[] words = new long[SIZE];
        private int used;

        /** The place of a rule's fields. */
        int add(AclRule rule) {
            IpPrefix destination = rule.destination();
            long high = destination.address().high();
            long low = destination.address().low();
            long ports = range(rule.sourcePorts()) << 32 | range(rule.destinationPorts());
            int length = destination.length() == 0 ? ANYWHERE : PrefixBits.length(destination);
            int kind = length << 8 | rule.protocol();
            long hash = (high + low * 31 + ports * 37 + kind) * 0x9e37_79b9_7f4a_7c15L;
            int remembered = (int) (hash >>> 32) & REMEMBERED - 1;
            int place = latest[remembered];
            if (used == 0 || !isAt(place, high, low, ports, kind)) {
                place = used;
                latest[remembered] = place;
                used += SIZE;
                if (used > words.length) {
                    words = Arrays.copyOf(words, used * 2);
                }
                words[place + HIGH] = high;
                words[place + LOW] = low;
                words[place + PORTS] = ports;
                words[place + KIND] = kind;
            }
            return place;
        }

        private boolean isAt(int place, long high, long low, long ports, int kind) {
            return words[place + LOW] == low
                    && words[place + PORTS] == ports
                    && words[place + KIND] == kind
                    && words[place + HIGH] == high;
        }

        /** The fields of all rules that were added. */
        RuleFields build() {
            return new RuleFields(Arrays.copyOf(words, used));
        }
    }
}
