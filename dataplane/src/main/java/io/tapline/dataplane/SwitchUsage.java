// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * How full the tables are that follow from traffic, and who fills them, at one moment.
 *
 * @param tables every one of them
 * @param interfaces those that have anything in them, by index
 * @param addresses the outside addresses that sources share, by interface
 * @param shortage the last time that ports ran short; empty when they never did
 */
public record SwitchUsage(
        List<TableUse> tables,
        List<InterfaceUse> interfaces,
        List<AddressUse> addresses,
        Optional<PortShortage> shortage) {
    /** A table this full is worth a warning, in percent. */
    public static final int WARN_PERCENT = 80;
    /** How long a shortage of ports is worth a warning. */
    public static final int WARN_SECONDS = 60;

    /** A table of limited capacity. */
    public enum Table {
        /** Sessions of the access lists. */
        ACL_SESSIONS("sessions of access lists"),
        /** Sessions of NAT44. */
        NAT_SESSIONS("NAT sessions"),
        /** Clients that keep to a backend. */
        NAT_AFFINITIES("affinities of clients"),
        /** Datagrams whose first fragment is remembered. */
        FRAGMENTS("fragmented datagrams"),
        /** Neighbours found by ARP, or looked for. */
        NEIGHBORS("dynamic neighbours");

        private final String title;

        Table(String title) {
            this.title = title;
        }

        /** In words. */
        public String title() {
            return title;
        }
    }

    /**
     * A table's records.
     *
     * @param used records in it
     * @param capacity most records
     */
    public record TableUse(Table table, int used, int capacity) {
        /** Whether it is worth a warning. */
        public boolean isNearlyFull() {
            return isNearly(used, capacity);
        }
    }

    /**
     * An interface's part.
     *
     * @param index interface index
     * @param name its name
     * @param owner who sits at the other end, in a user's words; may be empty
     * @param aclSessions of its access lists
     * @param natSessions that its packets made
     * @param natSessionsMax most that they may make
     * @param sharedConnections those of {@code natSessions} that have a port of a shared outside address
     * @param fragments datagrams whose first fragment is remembered
     */
    public record InterfaceUse(
            int index,
            String name,
            String owner,
            int aclSessions,
            int natSessions,
            int natSessionsMax,
            int sharedConnections,
            int fragments) {
        String title() {
            return owner.isEmpty() ? name : owner + " (" + name + ")";
        }
    }

    /**
     * An outside address that sources share.
     *
     * @param interfaceName the interface that they leave by
     * @param address the address
     * @param ports how many connections it can serve to each remote endpoint and protocol
     * @param sessions connections now, to all of them
     * @param sessionsMade connections so far
     */
    public record AddressUse(String interfaceName, IpAddress address, int ports, long sessions, long sessionsMade) {}

    /**
     * A search for a free port that took long or failed: nearly all ports of an address are in use for one remote
     * endpoint.
     *
     * @param address outside address
     * @param remote whom the connection is to
     * @param remotePort its port
     * @param protocol IP protocol
     * @param interfaceName whose packet it was
     * @param secondsAgo when
     * @param count how many such searches there have been so far
     */
    public record PortShortage(
            IpAddress address,
            IpAddress remote,
            int remotePort,
            int protocol,
            String interfaceName,
            int secondsAgo,
            long count) {}

    /** Copies the lists. */
    public SwitchUsage {
        tables = List.copyOf(tables);
        interfaces = List.copyOf(interfaces);
        addresses = List.copyOf(addresses);
    }

    /** A table's records. */
    public TableUse table(Table table) {
        return tables.stream()
                .filter(use -> use.table() == table)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + table + " among " + tables));
    }

    /** What will not go well for long, each in one line that names who has most; empty when all is well. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (TableUse use : tables) {
            if (use.isNearlyFull()) {
                warnings.add(use.table().title() + ": " + number(use.used()) + " of " + number(use.capacity())
                        + " in use" + most(count(use.table())));
            }
        }
        for (InterfaceUse use : interfaces) {
            if (isNearly(use.natSessions(), use.natSessionsMax())) {
                warnings.add(use.title() + ": " + number(use.natSessions()) + " of its " + number(use.natSessionsMax())
                        + " NAT sessions in use");
            }
        }
        shortage.filter(s -> s.secondsAgo() < WARN_SECONDS)
                .ifPresent(s -> warnings.add("ports of " + s.address() + " to " + s.remote() + ":" + s.remotePort()
                        + " ran short " + s.secondsAgo() + " s ago for " + s.interfaceName()
                        + most(InterfaceUse::sharedConnections)));
        return warnings;
    }

    private static ToIntFunction<InterfaceUse> count(Table table) {
        return switch (table) {
            case ACL_SESSIONS -> InterfaceUse::aclSessions;
            case NAT_SESSIONS -> InterfaceUse::natSessions;
            case FRAGMENTS -> InterfaceUse::fragments;
            case NAT_AFFINITIES, NEIGHBORS -> use -> 0;
        };
    }

    private String most(ToIntFunction<InterfaceUse> count) {
        return interfaces.stream()
                .max(Comparator.comparingInt(count))
                .filter(use -> count.applyAsInt(use) > 0)
                .map(use -> "; most by " + use.title() + ": " + number(count.applyAsInt(use)))
                .orElse("");
    }

    private static boolean isNearly(int used, int capacity) {
        return (long) used * 100 >= (long) capacity * WARN_PERCENT;
    }

    private static String number(int count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
