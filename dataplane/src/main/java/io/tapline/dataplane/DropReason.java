// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

/**
 * Why a frame was dropped. Every drop has exactly one reason, a counter per node and per interface, and a line in the
 * trace. The key is stable: metrics, filters and documentation use it.
 */
public enum DropReason {
    /** The virtio-net header contradicts itself or the packet. */
    VIRTIO_HEADER_INVALID("virtio-header-invalid", "bad virtio-net header", "its virtio-net header makes no sense"),
    /** Shorter than an Ethernet header. */
    ETHERNET_TRUNCATED("ethernet-truncated", "ethernet header truncated", "it is shorter than an Ethernet header"),
    /** Sent to another station's MAC address. */
    L3_MAC_MISMATCH("l3-mac-mismatch", "l3 mac mismatch", "its destination MAC address is not this interface's"),
    /** Tagged for a VLAN that no sub-interface serves. */
    UNKNOWN_VLAN("unknown-vlan", "unknown vlan", "no sub-interface serves its VLAN"),
    /** Neither IPv4 nor ARP. */
    UNKNOWN_ETHERTYPE("unknown-ethertype", "unknown ethernet type", "nothing here speaks its EtherType"),
    /** IPv6, which the switch does not forward yet. */
    IP6_NOT_SUPPORTED("ip6-not-supported", "ip6 not supported", "IPv6 is not forwarded yet"),
    /** The frame ends inside the IPv4 header. */
    IP4_TOO_SHORT("ip4-too-short", "ip4 length < 20", "it ends before its IPv4 header does"),
    /** The IP header claims more bytes than the frame has. */
    IP4_BAD_LENGTH("ip4-bad-length", "ip4 length > l2 length", "its IPv4 header claims more bytes than arrived"),
    /** The version field is not 4. */
    IP4_VERSION("ip4-version", "ip4 version != 4", "its IP version is not 4"),
    /** The header has options, or a length field below 5. */
    IP4_OPTIONS("ip4-options", "ip4 options present", "IPv4 options are not forwarded"),
    /** The header checksum is wrong. */
    IP4_BAD_CHECKSUM("ip4-bad-checksum", "bad ip4 checksum", "its IPv4 header checksum is wrong"),
    /** A fragment with offset 1, which could overwrite transport flags (RFC 1858). */
    IP4_FRAGMENT_OFFSET_1("ip4-fragment-offset-1", "ip4 fragment offset == 1", "its fragment offset of 1 is an attack"),
    /** The source MAC address is none of the interface's senders. */
    SOURCE_MAC_SPOOFED("source-mac-spoofed", "source mac spoofed", "its source MAC address is not the sender's own"),
    /** The source address is none of the interface's senders. */
    SOURCE_ADDRESS_SPOOFED(
            "source-address-spoofed", "source address spoofed", "its source address is not the sender's own"),
    /** A first fragment that ends before its ports do, so that no rule could see them (RFC 1858). */
    IP4_FRAGMENT_TOO_SHORT(
            "ip4-fragment-too-short", "ip4 first fragment too short", "it is a first fragment without its ports"),
    /** The source address cannot be a sender's (RFC 1812 section 5.3.7). */
    IP4_MARTIAN_SOURCE("ip4-martian-source", "ip4 martian source", "its source address cannot be a sender's"),
    /** Multicast or broadcast, which the switch does not forward. */
    IP4_MULTICAST("ip4-multicast", "ip4 multicast not supported", "multicast and broadcast are not forwarded"),
    /** TTL ran out here. */
    IP4_TTL_EXPIRED("ip4-ttl-expired", "ip4 ttl <= 1", "its time to live ran out here"),
    /** Bigger than the egress MTU, and must not be fragmented. */
    IP4_MTU_EXCEEDED(
            "ip4-mtu-exceeded",
            "ip4 MTU exceeded and DF set",
            "it exceeds the MTU of the way out and forbids fragments"),
    /** Bigger than the egress MTU; the switch does not fragment. */
    IP4_CANNOT_FRAGMENT(
            "ip4-cannot-fragment",
            "ip4 MTU exceeded",
            "it exceeds the MTU of the way out; the switch does not fragment"),
    /** An access list rule says deny, or no rule matches. */
    ACL_DENY("acl-deny", "ACL deny packets", "an access list denies it"),
    /** A later fragment whose first fragment has not been seen: its ports are unknown. */
    ACL_FRAGMENT_WITHOUT_FIRST(
            "acl-fragment-without-first",
            "ACL fragment without first",
            "it is a later fragment, and the first with the ports has not been seen"),
    /** A rule rejects it, and its sender may be told. */
    ACL_REJECT("acl-reject", "ACL reject packets", "an access list rejects it"),
    /** A reflecting rule matched, but no session can be added. */
    ACL_TOO_MANY_SESSIONS(
            "acl-too-many-sessions",
            "too many sessions to add new",
            "its interface has its share of sessions, and all are live"),
    /** NAT forwarding is off and no mapping matches. */
    NAT_NO_TRANSLATION("nat-no-translation", "No translation", "no NAT mapping matches and forwarding is off"),
    /** A mapping has no backend that takes connections. */
    NAT_NO_BACKEND("nat-no-backend", "No backend", "the service has no backend that takes connections"),
    /** The mapping is not for this source. */
    NAT_SOURCE_NOT_ALLOWED(
            "nat-source-not-allowed", "Source not allowed", "the service does not accept connections from its source"),
    /** The session table is full. */
    NAT_TOO_MANY_SESSIONS(
            "nat-too-many-sessions", "Maximum sessions exceeded", "the NAT session table is full of live sessions"),
    /** The interface has as many sessions as one may. */
    NAT_OWNER_LIMIT(
            "nat-owner-limit", "Maximum sessions per user exceeded", "its interface has all the NAT sessions it may"),
    /** No outside port is free. */
    NAT_OUT_OF_PORTS("nat-out-of-ports", "Out of ports", "no outside port is free for its destination"),
    /** A fragment whose first one is unknown, or a header that is cut. */
    NAT_NO_PORTS("nat-no-ports", "No L4 header", "it is a fragment without ports, or cut short, and needs translation"),
    /** An ICMP message that cannot be translated. */
    NAT_BAD_ICMP("nat-bad-icmp", "Bad ICMP type", "it is an ICMP message that nothing was translated for"),
    /** The forwarding table has no route. */
    IP4_NO_ROUTE("ip4-no-route", "ip4 no route", "there is no route to its destination"),
    /** The route says drop. */
    IP4_ROUTE_DROPS("ip4-route-drops", "ip4 drop route", "the route to its destination says drop"),
    /** Tables refer to one another without end. */
    IP4_LOOKUP_LOOP("ip4-lookup-loop", "ip4 lookup loop", "forwarding tables refer to one another without end"),
    /** ARP did not find the neighbour in time. */
    ARP_UNRESOLVED("arp-unresolved", "ARP unresolved", "its next hop does not answer ARP"),
    /** The queue of frames that wait for ARP is full. */
    ARP_QUEUE_FULL("arp-queue-full", "ARP hold queue full", "too many frames already wait for the same neighbour"),
    /** The table of dynamic neighbours is full. */
    ARP_TABLE_FULL("arp-table-full", "ARP table full", "the neighbour table is full"),
    /** The configuration changed while the frame waited for ARP. */
    ARP_SUPERSEDED("arp-superseded", "ARP hold superseded", "the configuration changed while it waited for ARP"),
    /** The interface has no address in the neighbour's subnet to ask from. */
    ARP_NO_SOURCE(
            "arp-no-source",
            "no source address for ARP request",
            "the way out has no address in the neighbour's subnet"),
    /** Not a valid ARP packet for IPv4 over Ethernet. */
    ARP_INVALID("arp-invalid", "ARP packet malformed", "it is not a valid ARP packet"),
    /** The sender's addresses are none of the interface's senders. */
    ARP_SENDER_SPOOFED("arp-sender-spoofed", "ARP sender spoofed", "its sender's addresses are not the sender's own"),
    /** The sender is outside the interface's subnets. */
    ARP_SOURCE_NOT_LOCAL(
            "arp-source-not-local", "IP4 source address not local to subnet", "its sender is not of this subnet"),
    /** Asks for an address that is not the switch's. */
    ARP_DESTINATION_NOT_LOCAL(
            "arp-destination-not-local",
            "IP4 destination address not local to subnet",
            "it asks for an address that is not the switch's"),
    /** The sender's MAC inside the packet is not that of the frame. */
    ARP_HARDWARE_MISMATCH(
            "arp-hardware-mismatch",
            "hw addr mismatch between L2 frame and ARP",
            "its two sender MAC addresses differ"),
    /** A reply that nobody asked for, or an announcement. */
    ARP_UNSOLICITED("arp-unsolicited", "ARP unsolicited reply", "nobody asked for this reply"),
    /** Fragments addressed to the switch itself are not reassembled. */
    IP4_LOCAL_FRAGMENT("ip4-local-fragment", "ip4 fragment to local", "the switch does not reassemble fragments"),
    /** A message to the switch itself with a wrong checksum or length. */
    IP4_LOCAL_BAD_CHECKSUM("ip4-local-bad-checksum", "bad l4 checksum", "its checksum is wrong"),
    /** ICMP that the switch has no answer to. */
    IP4_LOCAL_ICMP("ip4-local-icmp", "unknown icmp type", "the switch has no answer to this ICMP message"),
    /** Nothing in the switch listens on that port. */
    IP4_LOCAL_NO_LISTENER("ip4-local-no-listener", "no listener for dst port", "nothing in the switch listens there"),
    /** Nothing in the switch speaks that protocol. */
    IP4_LOCAL_PROTOCOL("ip4-local-protocol", "unknown ip protocol", "nothing in the switch speaks its protocol"),
    /** The egress interface is gone or has no device. */
    INTERFACE_DOWN("interface-down", "interface is down", "the interface it should leave by is down"),
    /** The kernel took no more frames. */
    TX_QUEUE_FULL("tx-queue-full", "no free tx slots", "the kernel's queue towards the receiver is full"),
    /** The kernel refused the frame. */
    TX_ERROR("tx-error", "tx error", "the kernel refused to take it"),
    /** A super-frame whose segments are so small that cutting it would take too long. */
    TX_TOO_MANY_SEGMENTS(
            "tx-too-many-segments", "too many gso segments", "it would have to be cut into too many segments"),
    /** No packet memory left. */
    NO_BUFFERS("no-buffers", "no buffers", "packet memory is exhausted"),
    /** A node's queue overflowed; cannot happen unless a node emits more frames than it gets. */
    VECTOR_OVERFLOW("vector-overflow", "vector overflow", "a node's queue overflowed");

    private static final DropReason[] VALUES = values();

    private final String key;
    private final String vppText;
    private final String text;

    DropReason(String key, String vppText, String text) {
        this.key = key;
        this.vppText = vppText;
        this.text = text;
    }

    /** Stable kebab-case name. */
    public String key() {
        return key;
    }

    /** The error string as VPP-style traces print it. */
    public String vppText() {
        return vppText;
    }

    /** Plain words that complete "dropped: ...". */
    public String text() {
        return text;
    }

    /** Number of reasons. */
    public static int count() {
        return VALUES.length;
    }

    /** The reason with this ordinal. */
    public static DropReason of(int ordinal) {
        return VALUES[ordinal];
    }
}
