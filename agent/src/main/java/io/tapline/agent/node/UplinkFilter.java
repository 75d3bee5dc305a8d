// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.UplinkShare;
import io.tapline.control.node.UplinkShare.Ports;
import io.tapline.linux.SocketFilter;
import io.tapline.wire.Arp;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import java.util.Collection;
import java.util.List;

/**
 * What of the uplink's packets the switch gets to see. More than it has for itself: ICMP errors and echo replies may be
 * for pods or for the host, and so may answers to ARP requests, and only the one who asked can tell. Later fragments
 * have no ports.
 */
final class UplinkFilter {
    private static final int IP = Ethernet.HEADER_BYTES;
    private static final int ARP_OPERATION = IP + 6;
    private static final int FRAGMENT = IP + 6;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final int PROTOCOL = IP + 9;
    private static final int DESTINATION = IP + 16;
    private static final int DESTINATION_PORT = 2;

    private UplinkFilter() {}

    static SocketFilter of(UplinkShare share) {
        return SocketFilter.of(program -> {
            program.loadVlanTagPresent();
            program.ifEqual(0, untagged -> {
                untagged.loadPacketType();
                untagged.ifEqual(SocketFilter.TO_THIS_HOST, own -> forThisHost(own, share));
            });
        });
    }

    private static void forThisHost(SocketFilter.Builder program, UplinkShare share) {
        program.loadHalf(Ethernet.HEADER_BYTES - 2);
        program.ifEqual(Ethernet.TYPE_ARP, arp -> {
            arp.loadHalf(ARP_OPERATION);
            arp.ifEqual(Arp.REPLY, SocketFilter.Builder::accept);
            arp.reject();
        });
        program.ifEqual(Ethernet.TYPE_IPV4, ip -> {
            ip.loadWord(DESTINATION);
            ip.ifOneOf(values(share.serviceAddresses()), SocketFilter.Builder::accept);
            ip.ifOneOf(values(share.nodeAddresses()), node -> forNode(node, share));
        });
    }

    private static void forNode(SocketFilter.Builder program, UplinkShare share) {
        program.loadHalf(FRAGMENT);
        program.ifBits(FRAGMENT_OFFSET, SocketFilter.Builder::accept);
        program.loadByte(PROTOCOL);
        program.ifEqual(Ipv4.PROTOCOL_ICMP, icmp -> {
            icmp.loadByteBehind(IP, 0);
            List<Integer> types =
                    List.of(Icmpv4.ECHO_REPLY, Icmpv4.UNREACHABLE, Icmpv4.TIME_EXCEEDED, Icmpv4.PARAMETER_PROBLEM);
            icmp.ifOneOf(types, SocketFilter.Builder::accept);
            icmp.reject();
        });
        program.ifEqual(Ipv4.PROTOCOL_TCP, tcp -> {
            tcp.loadHalfBehind(IP, DESTINATION_PORT);
            tcp.ifOneOf(List.copyOf(share.kept()), SocketFilter.Builder::reject);
            ports(tcp, share, Ipv4.PROTOCOL_TCP);
        });
        for (int protocol : List.of(Ipv4.PROTOCOL_UDP, Ipv4.PROTOCOL_SCTP)) {
            program.ifEqual(protocol, transport -> {
                transport.loadHalfBehind(IP, DESTINATION_PORT);
                ports(transport, share, protocol);
            });
        }
    }

    private static void ports(SocketFilter.Builder program, UplinkShare share, int protocol) {
        for (Ports ports : share.ports()) {
            if (ports.protocol() == protocol) {
                program.ifBetween(ports.first(), ports.last(), SocketFilter.Builder::accept);
            }
        }
        program.reject();
    }

    private static List<Integer> values(Collection<IpAddress> addresses) {
        return addresses.stream().map(IpAddress::ipv4).toList();
    }
}
