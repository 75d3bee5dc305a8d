// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A rule of IPv4 policy routing ({@code ip rule}): which packets are looked up in which table. The rules are tried in
 * the order of their priorities, 0 first, until a table has a route; the kernel's own are 0 (the table of local
 * addresses), 32766 and 32767. Key: everything. Add and delete rules; the kernel does not replace any.
 *
 * @param priority 0 to 2^32 - 1, as the bits of an int
 * @param table where to look up; empty to drop in silence
 * @param match which packets
 */
public record Rule(int priority, OptionalInt table, Match match) implements Entry {
    /**
     * Which packets a rule is for. What is empty or 0 is any.
     *
     * @param to where they go
     * @param device the device that they came in by; {@value #LOCAL} for those that begin on this machine
     * @param protocol IP protocol
     * @param firstPort lowest destination port; with {@code lastPort} 0 for all
     * @param lastPort highest destination port, at most 65534: the kernel knows no range up to 65535
     */
    public record Match(Optional<InetPrefix> to, Optional<String> device, int protocol, int firstPort, int lastPort) {
        /** The device of packets that begin on this machine. */
        public static final String LOCAL = "lo";

        /** Every packet. */
        public static final Match ALL = new Match(Optional.empty(), Optional.empty(), 0, 0, 0);

        /** These to a destination. */
        public Match withTo(InetPrefix destination) {
            return new Match(Optional.of(destination), device, protocol, firstPort, lastPort);
        }

        /** These from a device. */
        public Match withDevice(String name) {
            return new Match(to, Optional.of(LinkNames.verify(name)), protocol, firstPort, lastPort);
        }

        /** These of a protocol to some ports. */
        public Match withPorts(int ipProtocol, int first, int last) {
            return new Match(to, device, ipProtocol, first, last);
        }

        @Override
        public String toString() {
            return to.map(prefix -> " to " + prefix).orElse("")
                    + device.map(name -> " iif " + name).orElse("")
                    + (protocol == 0 ? "" : " ipproto " + protocol)
                    + (lastPort == 0 ? "" : " dport " + firstPort + "-" + lastPort);
        }
    }

    /** A rule that looks up. */
    public static Rule lookup(int priority, Match match, int table) {
        return new Rule(priority, OptionalInt.of(table), match);
    }

    /** A rule that drops. */
    public static Rule blackhole(int priority, Match match) {
        return new Rule(priority, OptionalInt.empty(), match);
    }

    @Override
    public String toString() {
        return "rule " + Integer.toUnsignedString(priority) + match
                + (table.isPresent() ? " lookup " + table.getAsInt() : " blackhole");
    }
}
