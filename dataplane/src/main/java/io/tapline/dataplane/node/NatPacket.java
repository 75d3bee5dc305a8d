// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.wire.Checksum;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Sctp;
import io.tapline.wire.Tcp;
import io.tapline.wire.Udp;
import io.tapline.wire.VirtioNet;

/**
 * What NAT reads of a packet and writes to it.
 *
 * <p>ICMP queries have no ports; the asker's "port" is the identifier and the other side's is the type of the request,
 * so that a reply's tuple is its request's reversed. Checksums are updated, never computed anew, so that a packet that
 * was damaged before stays so (RFC 1624, RFC 3022 section 4.1).
 */
final class NatPacket {
    private static final int TCP_BYTES = Tcp.CHECKSUM_OFFSET + 2;

    private NatPacket() {}

    /**
     * Whether a packet's tuple is known: it is not an ICMP error, a fragment whose first is unknown, or too short for
     * its checksum to be updated.
     */
    static boolean hasPorts(long frame) {
        if (!Frame.has(frame, Frame.L4_VALID)) {
            return false;
        }
        int available = Frame.length(frame) - Frame.l4Offset(frame);
        return switch (Frame.protocol(frame)) {
            case Ipv4.PROTOCOL_TCP -> available >= TCP_BYTES || Frame.has(frame, Frame.NON_FIRST_FRAGMENT);
            // The checksum covers the whole datagram, which a fragment is not.
            case Ipv4.PROTOCOL_SCTP -> available >= Sctp.HEADER_BYTES && !Frame.has(frame, Frame.FRAGMENT);
            case Ipv4.PROTOCOL_ICMP -> isQuery(Frame.sourcePort(frame));
            default -> true;
        };
    }

    private static boolean isQuery(int type) {
        return Icmpv4.isRequest(type) || Icmpv4.requestType(type) >= 0;
    }

    /** Whether a packet that {@link #hasPorts} is an ICMP reply, which begins nothing. */
    static boolean isReply(long frame) {
        return Frame.protocol(frame) == Ipv4.PROTOCOL_ICMP && !Icmpv4.isRequest(Frame.sourcePort(frame));
    }

    /** Ports of a packet that {@link #hasPorts}, source in the high half. */
    static int ports(long frame) {
        if (Frame.protocol(frame) != Ipv4.PROTOCOL_ICMP) {
            return Frame.ports(frame);
        }
        return icmpPorts(Frame.sourcePort(frame), identifier(frame));
    }

    /** The ports of an ICMP query; those of other messages are no query's. */
    static int icmpPorts(int type, int identifier) {
        return Icmpv4.isRequest(type) ? identifier << 16 | type : Icmpv4.requestType(type) << 16 | identifier;
    }

    private static int identifier(long frame) {
        if (Frame.has(frame, Frame.NON_FIRST_FRAGMENT)) {
            return Frame.fragmentIdentifier(frame);
        }
        return Icmpv4.identifier(Frame.ethernet(frame) + Frame.l4Offset(frame));
    }

    /** The fifth key word of a packet that {@link #hasPorts}. */
    static long tuple(long frame, int space, int forwardingTable) {
        int ports = ports(frame);
        return NatSessions.tuple(ports >>> 16, ports & 0xffff, Frame.protocol(frame), space, forwardingTable);
    }

    /** Gives a packet that {@link #hasPorts} another tuple, checksums included. */
    static void rewrite(long frame, int source, int destination, int ports) {
        long ip = Frame.ip(frame);
        int oldSource = Ipv4.source(ip);
        int oldDestination = Ipv4.destination(ip);
        int oldPorts = ports(frame);
        int delta = Checksum.add32(
                ~oldSource, Checksum.add32(source, Checksum.add32(~oldDestination, Checksum.add32(destination, 0))));
        Ipv4.source(ip, source);
        Ipv4.destination(ip, destination);
        Memory.putU16(ip + 10, Checksum.finish((~Ipv4.checksum(ip) & 0xffff) + delta));
        if (!Frame.has(frame, Frame.NON_FIRST_FRAGMENT)) {
            rewriteL4(frame, delta, oldPorts, ports);
        }
        if (Frame.protocol(frame) != Ipv4.PROTOCOL_ICMP) {
            Frame.ports(frame, ports);
        } else if (Frame.has(frame, Frame.NON_FIRST_FRAGMENT)) {
            boolean request = Icmpv4.isRequest(Frame.sourcePort(frame));
            Frame.fragmentIdentifier(frame, request ? ports >>> 16 : ports & 0xffff);
        }
    }

    private static void rewriteL4(long frame, int delta, int before, int after) {
        long l4 = Frame.ethernet(frame) + Frame.l4Offset(frame);
        switch (Frame.protocol(frame)) {
            case Ipv4.PROTOCOL_TCP -> {
                Memory.putI32(l4, after);
                patch(frame, l4 + Tcp.CHECKSUM_OFFSET, delta, before, after);
            }
            case Ipv4.PROTOCOL_UDP -> {
                Memory.putI32(l4, after);
                // 0 says that the sender computed none.
                if (Udp.checksum(l4) != 0 || VirtioNet.needsChecksum(Frame.virtioNet(frame))) {
                    patch(frame, l4 + Udp.CHECKSUM_OFFSET, delta, before, after);
                }
            }
            case Ipv4.PROTOCOL_SCTP -> Sctp.ports(l4, after, Frame.length(frame) - Frame.l4Offset(frame));
            case Ipv4.PROTOCOL_ICMP -> {
                boolean request = Icmpv4.isRequest(Icmpv4.type(l4));
                int identifier = request ? after >>> 16 : after & 0xffff;
                int checksum = Checksum.update16(Icmpv4.checksum(l4), Icmpv4.identifier(l4), identifier);
                Memory.putU16(l4 + 4, identifier);
                Memory.putU16(l4 + Icmpv4.CHECKSUM_OFFSET, checksum);
            }
            default -> {
                // No checksum covers the addresses of other protocols that pass here.
            }
        }
    }

    /**
     * Updates a TCP or UDP checksum. One that is still to be completed holds the pseudo-header's sum, uncomplemented:
     * it knows the addresses but not the ports.
     */
    private static void patch(long frame, long field, int delta, int before, int after) {
        int checksum = Memory.u16(field);
        if (VirtioNet.needsChecksum(Frame.virtioNet(frame))) {
            Memory.putU16(field, Checksum.fold(checksum + delta));
            return;
        }
        int sum = Checksum.add32(~before, Checksum.add32(after, (~checksum & 0xffff) + delta));
        int updated = Checksum.finish(sum);
        boolean none = updated == 0 && Frame.protocol(frame) == Ipv4.PROTOCOL_UDP;
        Memory.putU16(field, none ? 0xffff : updated);
    }
}
