// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import java.util.Map;

/** The names that VPP prints for numbers (its {@code protocols.def}, {@code icmp46_packet.h}, {@code types.def}). */
final class VppNames {
    private static final Map<Integer, String> PROTOCOLS = Map.ofEntries(
            Map.entry(0, "IP6_HOP_BY_HOP_OPTIONS"),
            Map.entry(1, "ICMP"),
            Map.entry(2, "IGMP"),
            Map.entry(4, "IP_IN_IP"),
            Map.entry(6, "TCP"),
            Map.entry(8, "EGP"),
            Map.entry(17, "UDP"),
            Map.entry(27, "RDP"),
            Map.entry(41, "IPV6"),
            Map.entry(46, "RSVP"),
            Map.entry(47, "GRE"),
            Map.entry(50, "IPSEC_ESP"),
            Map.entry(51, "IPSEC_AH"),
            Map.entry(58, "ICMP6"),
            Map.entry(88, "EIGRP"),
            Map.entry(89, "OSPF"),
            Map.entry(94, "IPIP"),
            Map.entry(97, "ETHERIP"),
            Map.entry(103, "PIM"),
            Map.entry(108, "IPCOMP"),
            Map.entry(112, "VRRP"),
            Map.entry(115, "L2TP"),
            Map.entry(132, "SCTP"),
            Map.entry(136, "UDP_LITE"),
            Map.entry(137, "MPLS_IN_IP"),
            Map.entry(253, "EXP1"),
            Map.entry(254, "EXP2"),
            Map.entry(255, "RESERVED"));

    private static final Map<Integer, String> ICMP_TYPES = Map.ofEntries(
            Map.entry(0, "echo_reply"),
            Map.entry(3, "destination_unreachable"),
            Map.entry(4, "source_quench"),
            Map.entry(5, "redirect"),
            Map.entry(6, "alternate_host_address"),
            Map.entry(8, "echo_request"),
            Map.entry(9, "router_advertisement"),
            Map.entry(10, "router_solicitation"),
            Map.entry(11, "time_exceeded"),
            Map.entry(12, "parameter_problem"),
            Map.entry(13, "timestamp_request"),
            Map.entry(14, "timestamp_reply"),
            Map.entry(15, "information_request"),
            Map.entry(16, "information_reply"),
            Map.entry(17, "address_mask_request"),
            Map.entry(18, "address_mask_reply"),
            Map.entry(30, "traceroute"),
            Map.entry(31, "datagram_conversion_error"),
            Map.entry(32, "mobile_host_redirect"),
            Map.entry(37, "domain_name_request"),
            Map.entry(38, "domain_name_reply"),
            Map.entry(40, "photuris"));

    /** Keys are type and code. */
    private static final Map<Integer, String> ICMP_CODES = Map.ofEntries(
            Map.entry(0x300, "destination_unreachable_net"),
            Map.entry(0x301, "destination_unreachable_host"),
            Map.entry(0x302, "protocol_unreachable"),
            Map.entry(0x303, "port_unreachable"),
            Map.entry(0x304, "fragmentation_needed_and_dont_fragment_set"),
            Map.entry(0x305, "source_route_failed"),
            Map.entry(0x306, "destination_network_unknown"),
            Map.entry(0x307, "destination_host_unknown"),
            Map.entry(0x308, "source_host_isolated"),
            Map.entry(0x309, "network_administratively_prohibited"),
            Map.entry(0x30a, "host_administratively_prohibited"),
            Map.entry(0x30b, "network_unreachable_for_type_of_service"),
            Map.entry(0x30c, "host_unreachable_for_type_of_service"),
            Map.entry(0x30d, "communication_administratively_prohibited"),
            Map.entry(0x30e, "host_precedence_violation"),
            Map.entry(0x30f, "precedence_cutoff_in_effect"),
            Map.entry(0x500, "network_redirect"),
            Map.entry(0x501, "host_redirect"),
            Map.entry(0x502, "type_of_service_and_network_redirect"),
            Map.entry(0x503, "type_of_service_and_host_redirect"),
            Map.entry(0x900, "normal_router_advertisement"),
            Map.entry(0x910, "does_not_route_common_traffic"),
            Map.entry(0xb00, "ttl_exceeded_in_transit"),
            Map.entry(0xb01, "fragment_reassembly_time_exceeded"),
            Map.entry(0xc00, "pointer_indicates_error"),
            Map.entry(0xc01, "missing_required_option"),
            Map.entry(0xc02, "bad_length"));

    private VppNames() {}

    /** format_ip_protocol. */
    static String protocol(int protocol) {
        return PROTOCOLS.getOrDefault(protocol, "unknown " + protocol);
    }

    /** format_ip4_icmp_type_and_code. */
    static String icmp(int type, int code) {
        String name = ICMP_TYPES.get(type);
        if (name == null) {
            return "unknown 0x%x".formatted(type);
        }
        String detail = ICMP_CODES.get(type << 8 | code);
        return detail == null ? name : name + " " + detail;
    }

    /** format_ethernet_type. */
    static String etherType(int type) {
        return switch (type) {
            case 0x0800 -> "IP4";
            case 0x0806 -> "ARP";
            case 0x86dd -> "IP6";
            case 0x8100 -> "VLAN";
            case 0x8847 -> "MPLS";
            default -> "0x%04x".formatted(type);
        };
    }
}
