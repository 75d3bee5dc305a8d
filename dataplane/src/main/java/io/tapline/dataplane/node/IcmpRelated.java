// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;

/**
 * Finds the session that an ICMP error belongs to (RFC 5508 section 4, RFC 4890): by the packet quoted in the error,
 * which crossed the interface in the opposite direction. Without this, path MTU discovery fails behind an access list.
 */
final class IcmpRelated {
    private IcmpRelated() {}

    /**
     * The session of the quoted packet, or {@link FlowTable#NONE}.
     *
     * @param quoted address of the quoted IPv4 header
     * @param available bytes from there, at least 28
     * @param quotedLeft whether the quoted packet left the switch by the interface, so that its key is mirrored
     */
    static int find(AclSessions sessions, long quoted, int available, boolean quotedLeft, int interfaceIndex, int now) {
        int header = Ipv4.headerBytes(quoted);
        boolean usable = Ipv4.version(quoted) == 4
                && header >= Ipv4.HEADER_BYTES
                && available >= header + 8
                && (Ipv4.flagsAndOffset(quoted) & Ipv4.OFFSET_MASK) == 0;
        if (!usable) {
            return FlowTable.NONE;
        }
        int protocol = Ipv4.protocol(quoted);
        long l4 = quoted + header;
        int ports = ports(protocol, l4, quotedLeft);
        if (ports == -1) {
            return FlowTable.NONE;
        }
        long source = FlowTable.ip4Word(Ipv4.source(quoted));
        long destination = FlowTable.ip4Word(Ipv4.destination(quoted));
        long from = quotedLeft ? destination : source;
        long to = quotedLeft ? source : destination;
        long tuple = FlowTable.ip4Tuple(ports >>> 16, ports & 0xffff, protocol, interfaceIndex);
        int session = sessions.table().findIp4(FlowTable.hashIp4(from, to, tuple), from, to, tuple);
        return session == FlowTable.NONE || sessions.isExpired(session, now) ? FlowTable.NONE : session;
    }

    /** The ports of the session's key, or -1 for a packet that no session is made for. */
    private static int ports(int protocol, long l4, boolean mirrored) {
        return switch (protocol) {
            case Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP, Ipv4.PROTOCOL_SCTP -> {
                int ports = Memory.i32(l4);
                yield mirrored ? ports << 16 | ports >>> 16 : ports;
            }
            case Ipv4.PROTOCOL_ICMP -> {
                int type = Icmpv4.type(l4);
                boolean request = Icmpv4.isRequest(type);
                // A quoted request that left, or a quoted reply that came in, belongs to no exchange begun from
                // outside.
                boolean ours = request != mirrored;
                int requestType = request ? type : Icmpv4.requestType(type);
                yield ours && requestType >= 0 ? Icmpv4.identifier(l4) << 16 | requestType : -1;
            }
            default -> 0;
        };
    }
}
