// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.dataplane.DropReason;
import java.util.List;
import java.util.Optional;

/** What one node did with a packet. */
public sealed interface TraceStep {
    /** The node's name, as VPP prints it; for an interface's output {@code NAME-output}. */
    String node();

    /** When, in nanoseconds of the switch's clock. */
    long timeNanos();

    /**
     * A frame arrived from a TAP.
     *
     * @param length bytes from Ethernet
     * @param virtioNet the virtio-net header's fields
     */
    record VirtioInput(
            String node, long timeNanos, int interfaceIndex, String device, int length, VirtioHeader virtioNet)
            implements TraceStep {}

    /** The fields of the virtio-net header; offsets and sizes in bytes. */
    record VirtioHeader(
            int flags, int gsoType, int headerLength, int gsoSize, int csumStart, int csumOffset, int bufferCount) {}

    /** The Ethernet header; {@code vlan} is the identifier of an 802.1Q tag. */
    record EthernetInput(
            String node, long timeNanos, String source, String destination, int etherType, Optional<Integer> vlan)
            implements TraceStep {}

    /** The IPv4 packet, at {@code ip4-input}, {@code ip4-local} or {@code ip4-arp}. */
    record Ip4(String node, long timeNanos, Optional<Ip4Header> packet) implements TraceStep {}

    /**
     * An access list's verdict.
     *
     * @param input whether the lists of the receiving interface decided
     * @param nextIndex VPP's arc-local next index; 0 is drop
     * @param action VPP's number: 0 deny, 1 permit, 2 permit and reflect, 3 session
     * @param aclIndex the list, -1 for a session or when none matched
     * @param ruleIndex the rule in it; the session's number for a session; -1 when none matched
     * @param origin what caused the rule: the text of its {@link io.tapline.dataplane.config.Origin}; may be empty
     * @param hint what the rule has to say to whoever wonders about a drop; may be empty
     * @param asked indexes of the lists that were asked last, in order; empty for a session that other lists made
     * @param carriedFrom interface by which the packet came in, when those are the lists that it carried; else empty
     * @param listName name of the list that decided, or that made the session; may be empty
     * @param l4Valid whether ports were known
     * @param fragment whether it was a fragment other than the first
     * @param tcpFlagsValid whether TCP flags were known
     */
    record Acl(
            String node,
            long timeNanos,
            boolean input,
            int interfaceIndex,
            String device,
            int nextIndex,
            int action,
            int aclIndex,
            int ruleIndex,
            int traceBits,
            String source,
            String destination,
            int protocol,
            int sourcePort,
            int destinationPort,
            int tcpFlags,
            boolean l4Valid,
            boolean fragment,
            boolean tcpFlagsValid,
            List<Integer> asked,
            String carriedFrom,
            String listName,
            String origin,
            String hint)
            implements TraceStep {}

    /**
     * A NAT44 node.
     *
     * @param session -1 when the packet is not translated
     * @param created whether this packet made the session
     * @param before the packet as it came
     * @param after the packet as it goes on
     * @param cause the mapping that it belongs to; empty when there is none
     */
    record Nat(
            String node,
            long timeNanos,
            int interfaceIndex,
            int nextIndex,
            int session,
            boolean created,
            Tuple before,
            Tuple after,
            Optional<NatCause> cause)
            implements TraceStep {}

    /** A packet's addresses and ports; for an ICMP query the asker's port is the identifier; 0 where there is none. */
    record Tuple(int protocol, String source, int sourcePort, String destination, int destinationPort) {}

    /**
     * A NAT mapping and one of its backends.
     *
     * @param origin what the mapping was made from; may be empty
     * @param backend counts from 1; 0 when there is none
     * @param backends how many there are
     * @param backendOrigin what the backend was made from; may be empty
     */
    record NatCause(String origin, int backend, int backends, String backendOrigin) {}

    /**
     * A route was looked up, or a path of it chosen.
     *
     * @param number VPP's {@code dpo-idx}
     * @param result what the route says, in plain words
     */
    record Lookup(
            String node, long timeNanos, int table, int number, int flowHash, String result, Optional<Ip4Header> packet)
            implements TraceStep {}

    /**
     * The frame got its new Ethernet header.
     *
     * @param number VPP's {@code dpo-idx}
     * @param gateway the neighbour's IPv4 address
     * @param frame the first bytes of the frame after the rewrite, in hexadecimal
     */
    record Rewrite(
            String node,
            long timeNanos,
            int interfaceIndex,
            String device,
            int number,
            String gateway,
            int flowHash,
            String frame,
            Optional<Ip4Header> packet)
            implements TraceStep {}

    /**
     * The frame went out.
     *
     * @param length bytes from Ethernet
     * @param frame the first {@value TraceRecorder#FRAME_BYTES} bytes of it, in hexadecimal
     */
    record Output(
            String node,
            long timeNanos,
            String device,
            int length,
            String source,
            String destination,
            int etherType,
            String frame,
            Optional<Ip4Header> packet)
            implements TraceStep {}

    /** An ARP packet arrived; {@code operation} is 1 for a request, 2 for a reply. */
    record Arp(
            String node,
            long timeNanos,
            int operation,
            String senderMac,
            String senderIp,
            String targetMac,
            String targetIp)
            implements TraceStep {}

    /**
     * The packet is dropped, and its sender is told by an ICMP error, whose way the following steps are.
     *
     * @param reporter the node that gave the reason
     * @param type ICMP type of the error
     * @param code ICMP code of the error
     * @param sent whether there is an error: none is made about errors, later fragments, or beyond the rate limit
     * @param packet the packet that is dropped
     */
    record IcmpError(
            String node,
            long timeNanos,
            String reporter,
            DropReason reason,
            int type,
            int code,
            boolean sent,
            Optional<Ip4Header> packet)
            implements TraceStep {
        /** In place of the ICMP type when the sender is told by a TCP reset. */
        public static final int TCP_RESET = 255;
    }

    /** The frame was dropped; {@code reporter} is the node that gave the reason. */
    record Drop(String node, long timeNanos, String reporter, DropReason reason) implements TraceStep {}
}
