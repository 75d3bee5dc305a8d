// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.wire.Checksum;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.Udp;

/**
 * ICMP errors through NAT (RFC 5508 section 4): the packet that an error quotes decides which session it belongs to,
 * and is restored to what its sender sent. One worker thread.
 */
final class NatErrors {
    private final NatSessions sessions;

    NatErrors(NatSessions sessions) {
        this.sessions = sessions;
    }

    /** The key that an answer to the quoted packet would match, or {@link FlowTable#NONE}. */
    int find(long frame, int space, int table) {
        long quoted = quoted(frame);
        if (quoted == 0) {
            return FlowTable.NONE;
        }
        long l4 = quoted + Ipv4.headerBytes(quoted);
        int protocol = Ipv4.protocol(quoted);
        int ports = ports(protocol, l4);
        long tuple = NatSessions.tuple(ports & 0xffff, ports >>> 16, protocol, space, table);
        return sessions.find(/* source= */ Ipv4.destination(quoted), /* destination= */ Ipv4.source(quoted), tuple);
    }

    /** Address of the quoted packet, or 0 when it does not say enough. */
    private static long quoted(long frame) {
        int start = Frame.l4Offset(frame) + Icmpv4.HEADER_BYTES;
        int available = Frame.length(frame) - start;
        long quoted = Frame.ethernet(frame) + start;
        if (Frame.has(frame, Frame.NON_FIRST_FRAGMENT) || available < Ipv4.HEADER_BYTES + 8) {
            return 0;
        }
        int header = Ipv4.headerBytes(quoted);
        boolean usable = Ipv4.version(quoted) == 4
                && header >= Ipv4.HEADER_BYTES
                && available >= header + 8
                && (Ipv4.flagsAndOffset(quoted) & Ipv4.OFFSET_MASK) == 0;
        return usable ? quoted : 0;
    }

    private static int ports(int protocol, long l4) {
        return switch (protocol) {
            case Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP, Ipv4.PROTOCOL_SCTP -> Memory.i32(l4);
            case Ipv4.PROTOCOL_ICMP -> NatPacket.icmpPorts(Icmpv4.type(l4), Icmpv4.identifier(l4));
            default -> 0;
        };
    }

    /** Translates an error for which {@link #find} gave {@code key}. */
    void translate(long frame, int key, int space) {
        long ip = Frame.ip(frame);
        long quoted = quoted(frame);
        long icmp = Frame.ethernet(frame) + Frame.l4Offset(frame);
        int endpoint = Ipv4.destination(quoted);
        int newSource = sessions.newSource(key);
        int newDestination = sessions.newDestination(key);
        int span = Math.min(
                Frame.length(frame) - Frame.l4Offset(frame) - Icmpv4.HEADER_BYTES,
                Ipv4.headerBytes(quoted) + Tcp.HEADER_BYTES);
        int before = Checksum.fold(Checksum.sum(quoted, span, 0));
        int ports = Integer.rotateLeft(sessions.newPorts(key), 16);
        restore(quoted, span, /* source= */ newDestination, /* destination= */ newSource, ports);
        int after = Checksum.fold(Checksum.sum(quoted, span, 0));
        Memory.putU16(icmp + Icmpv4.CHECKSUM_OFFSET, Checksum.update16(Icmpv4.checksum(icmp), before, after));
        // A router between reports under its own address, which only leaves by the outside address.
        boolean hides = Ipv4.source(ip) == endpoint || space == NatSessions.OUTPUT;
        readdress(ip, hides ? newSource : Ipv4.source(ip), newDestination);
    }

    /** Gives the quoted packet its sender's view: source, destination and ports, with the checksums that it has. */
    private static void restore(long quoted, int span, int source, int destination, int ports) {
        int header = Ipv4.headerBytes(quoted);
        int protocol = Ipv4.protocol(quoted);
        long l4 = quoted + header;
        int delta = delta(quoted, source, destination);
        readdress(quoted, source, destination);
        switch (protocol) {
            case Ipv4.PROTOCOL_TCP -> restorePorts(l4, Tcp.CHECKSUM_OFFSET, span - header, delta, ports);
            case Ipv4.PROTOCOL_UDP -> {
                int known = Udp.checksum(l4) == 0 ? 0 : span - header;
                restorePorts(l4, Udp.CHECKSUM_OFFSET, known, delta, ports);
                if (known > 0 && Udp.checksum(l4) == 0) {
                    Memory.putU16(l4 + Udp.CHECKSUM_OFFSET, 0xffff); // 0 would say that there was none
                }
            }
            case Ipv4.PROTOCOL_SCTP -> Memory.putI32(l4, ports);
            case Ipv4.PROTOCOL_ICMP -> {
                boolean request = Icmpv4.isRequest(Icmpv4.type(l4));
                int identifier = request ? ports >>> 16 : ports & 0xffff;
                int checksum = Checksum.update16(Icmpv4.checksum(l4), Icmpv4.identifier(l4), identifier);
                Memory.putU16(l4 + 4, identifier);
                Memory.putU16(l4 + Icmpv4.CHECKSUM_OFFSET, checksum);
            }
            default -> {
                // Nothing but addresses.
            }
        }
    }

    private static void restorePorts(long l4, int field, int available, int delta, int ports) {
        int before = Memory.i32(l4);
        Memory.putI32(l4, ports);
        if (available >= field + 2) {
            int sum = (~Memory.u16(l4 + field) & 0xffff) + delta;
            Memory.putU16(l4 + field, Checksum.finish(Checksum.add32(~before, Checksum.add32(ports, sum))));
        }
    }

    private static int delta(long ip, int source, int destination) {
        int sum = Checksum.add32(~Ipv4.source(ip), Checksum.add32(source, 0));
        return Checksum.add32(~Ipv4.destination(ip), Checksum.add32(destination, sum));
    }

    private static void readdress(long ip, int source, int destination) {
        int delta = delta(ip, source, destination);
        Ipv4.source(ip, source);
        Ipv4.destination(ip, destination);
        Memory.putU16(ip + 10, Checksum.finish((~Ipv4.checksum(ip) & 0xffff) + delta));
    }
}
