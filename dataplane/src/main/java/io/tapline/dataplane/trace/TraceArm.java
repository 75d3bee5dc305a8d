// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.frame.Frame;
import io.tapline.wire.Ethernet;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import java.util.Optional;
import java.util.OptionalInt;

/** A filter that waits for packets, unpacked to primitives so that the data path can ask it. One worker thread. */
final class TraceArm {
    private static final int ANY = -1;
    private static final int L4_PORTS_BYTES = 4;

    private final int interfaceIndex;
    private final boolean ipOnly;
    private final boolean bothWays;
    private final int[] blocks;
    private final int protocol;
    private final int sourcePort;
    private final int destinationPort;
    private final boolean everyOutcome;
    private final boolean[] dropReasons = new boolean[DropReason.count()];
    private int remaining;

    TraceArm(TraceFilter filter, int packets) {
        interfaceIndex = filter.interfaceIndex().orElse(ANY);
        bothWays = filter.bothWays();
        blocks = new int[] {
            address(filter.source()), mask(filter.source()),
            address(filter.destination()), mask(filter.destination()),
            address(filter.either()), mask(filter.either())
        };
        protocol = filter.protocol().orElse(ANY);
        sourcePort = filter.sourcePort().orElse(ANY);
        destinationPort = filter.destinationPort().orElse(ANY);
        everyOutcome = filter.dropReasons().isEmpty();
        filter.dropReasons().forEach(reason -> dropReasons[reason.ordinal()] = true);
        ipOnly = filter.source().isPresent()
                || filter.destination().isPresent()
                || filter.either().isPresent()
                || anyPresent(filter.protocol(), filter.sourcePort(), filter.destinationPort());
        remaining = packets;
    }

    boolean isSpent() {
        return remaining <= 0;
    }

    /** Whether a received frame, of which nothing has been parsed yet, is wanted. */
    boolean matches(long frame) {
        if (interfaceIndex != ANY && Frame.rxInterface(frame) != interfaceIndex) {
            return false;
        }
        if (!ipOnly) {
            return true;
        }
        long ethernet = Frame.ethernet(frame);
        int available = Frame.length(frame) - Ethernet.HEADER_BYTES;
        if (available < Ipv4.HEADER_BYTES || Ethernet.type(ethernet) != Ethernet.TYPE_IPV4) {
            return false;
        }
        long ip = ethernet + Ethernet.HEADER_BYTES;
        return matchesIp4(ip, available);
    }

    private boolean matchesIp4(long ip, int available) {
        int source = Ipv4.source(ip);
        int destination = Ipv4.destination(ip);
        boolean one = ((source ^ blocks[4]) & blocks[5]) == 0 || ((destination ^ blocks[4]) & blocks[5]) == 0;
        if (!one || (protocol != ANY && Ipv4.protocol(ip) != protocol)) {
            return false;
        }
        int ports = 0;
        if (sourcePort != ANY || destinationPort != ANY) {
            int header = Ipv4.headerBytes(ip);
            boolean known = header >= Ipv4.HEADER_BYTES && available >= header + L4_PORTS_BYTES;
            if (!known || (Ipv4.flagsAndOffset(ip) & Ipv4.OFFSET_MASK) != 0) {
                return false;
            }
            ports = Memory.i32(ip + header);
        }
        return flows(source, destination, ports >>> 16, ports & 0xffff)
                || (bothWays && flows(destination, source, ports & 0xffff, ports >>> 16));
    }

    private boolean flows(int source, int destination, int fromPort, int toPort) {
        return ((source ^ blocks[0]) & blocks[1]) == 0
                && ((destination ^ blocks[2]) & blocks[3]) == 0
                && (sourcePort == ANY || sourcePort == fromPort)
                && (destinationPort == ANY || destinationPort == toPort);
    }

    /** Whether a finished trace is wanted; counts it if so. */
    boolean accept(boolean dropped, int reason) {
        if (remaining <= 0 || (!everyOutcome && !(dropped && dropReasons[reason]))) {
            return false;
        }
        remaining--;
        return true;
    }

    private static boolean anyPresent(OptionalInt... values) {
        for (OptionalInt value : values) {
            if (value.isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static int address(Optional<IpPrefix> block) {
        return block.filter(IpPrefix::isIpv4)
                .map(b -> b.network().address().ipv4())
                .orElse(0);
    }

    private static int mask(Optional<IpPrefix> block) {
        return block.filter(IpPrefix::isIpv4).map(IpPrefix::ipv4Mask).orElse(0);
    }
}
