// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.DropReason;
import io.tapline.wire.IpPrefix;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which packets to trace; what is empty matches everything. Addresses and ports are those of the packet as it enters
 * the switch, so a packet of a translated connection matches by what its sender wrote.
 *
 * @param interfaceIndex the receiving interface
 * @param source source addresses
 * @param destination destination addresses
 * @param either addresses of which source or destination must be one: a pod
 * @param protocol IP protocol number
 * @param sourcePort TCP, UDP or SCTP source port
 * @param destinationPort destination port
 * @param bothWays whether a packet in the opposite direction of the above matches as well
 * @param dropReasons keep only traces of packets that were dropped for one of these reasons; empty: of all packets
 */
public record TraceFilter(
        OptionalInt interfaceIndex,
        Optional<IpPrefix> source,
        Optional<IpPrefix> destination,
        Optional<IpPrefix> either,
        OptionalInt protocol,
        OptionalInt sourcePort,
        OptionalInt destinationPort,
        boolean bothWays,
        Set<DropReason> dropReasons) {
    /** Every packet. */
    public static final TraceFilter ALL = new TraceFilter(
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            false,
            Set.of());

    /** Copies the set. */
    public TraceFilter {
        dropReasons = Set.copyOf(dropReasons);
    }

    /** Packets received on an interface. */
    public static TraceFilter receivedOn(int interfaceIndex) {
        return new TraceFilter(
                OptionalInt.of(interfaceIndex),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                false,
                Set.of());
    }

    /** Packets from or to an address block, such as a pod's address. */
    public static TraceFilter endpoint(IpPrefix either) {
        return new TraceFilter(
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(either),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                false,
                Set.of());
    }

    /** Packets dropped for a reason. */
    public static TraceFilter dropped(DropReason reason) {
        return ALL.withDropReasons(EnumSet.of(reason));
    }

    /** A connection, in both directions. */
    public static TraceFilter connection(
            IpPrefix source, int sourcePort, IpPrefix destination, int destinationPort, int protocol) {
        return new TraceFilter(
                OptionalInt.empty(),
                Optional.of(source),
                Optional.of(destination),
                Optional.empty(),
                OptionalInt.of(protocol),
                OptionalInt.of(sourcePort),
                OptionalInt.of(destinationPort),
                true,
                Set.of());
    }

    /** This filter for packets that are dropped for one of these reasons only. */
    public TraceFilter withDropReasons(Set<DropReason> reasons) {
        return new TraceFilter(
                interfaceIndex, source, destination, either, protocol, sourcePort, destinationPort, bothWays, reasons);
    }
}
