// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.wire.IpAddress;
import io.tapline.wire.MacAddress;
import java.util.Optional;

/**
 * A received frame in a few words: what it is, and between whom.
 *
 * @param flow protocol and ends, such as {@code TCP 10.1.1.2:40000 -> 10.1.1.3:80}
 * @param detail what kind of message, such as {@code SYN}; may be empty
 * @param source IP address of the sender, if it has one
 * @param destination IP address of the receiver, if it has one
 */
record PacketWords(String flow, String detail, Optional<String> source, Optional<String> destination) {
    private static final String[] TCP_FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
    private static final int ETHERNET_BYTES = 14;
    private static final int ARP_BYTES = 28;

    /** Describes a frame by its first bytes. */
    static PacketWords of(byte[] frame) {
        if (frame.length < ETHERNET_BYTES) {
            return plain("frame of " + frame.length + (frame.length == 1 ? " byte" : " bytes"));
        }
        int type = Ip4Header.u16(frame, 12);
        return switch (type) {
            case 0x0800 -> ip4(frame);
            case 0x0806 -> arp(frame);
            default -> plain(etherType(type) + " " + ends(frame));
        };
    }

    /** Name of an EtherType. */
    static String etherType(int type) {
        return switch (type) {
            case 0x0800 -> "IPv4";
            case 0x0806 -> "ARP";
            case 0x86dd -> "IPv6";
            case 0x8100, 0x88a8 -> "VLAN";
            default -> "EtherType 0x%04x".formatted(type);
        };
    }

    /** TCP flags that are set, in the order of their bits. */
    static String tcpFlags(int flags) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < TCP_FLAGS.length; i++) {
            if ((flags >>> i & 1) != 0) {
                names.append(names.isEmpty() ? "" : " ").append(TCP_FLAGS[i]);
            }
        }
        return names.isEmpty() ? "no flags" : names.toString();
    }

    /** Name of an ICMP message. */
    static String icmp(int type, int code) {
        return switch (type) {
            case 0 -> "echo reply";
            case 3 -> unreachable(code);
            case 5 -> "redirect";
            case 8 -> "echo request";
            case 11 -> code == 0 ? "time exceeded" : "reassembly time exceeded";
            case 12 -> "parameter problem";
            default -> "type " + type + " code " + code;
        };
    }

    private static String unreachable(int code) {
        return switch (code) {
            case 0 -> "network unreachable";
            case 1 -> "host unreachable";
            case 2 -> "protocol unreachable";
            case 3 -> "port unreachable";
            case 4 -> "fragmentation needed";
            case 9, 10, 13 -> "administratively prohibited";
            default -> "unreachable, code " + code;
        };
    }

    private static PacketWords ip4(byte[] frame) {
        Optional<Ip4Header> parsed = Ip4Header.parse(frame, ETHERNET_BYTES, frame.length);
        if (parsed.isEmpty()) {
            return plain("IPv4, cut short, " + ends(frame));
        }
        Ip4Header h = parsed.get();
        String from = h.source();
        String to = h.destination();
        String protocol = VppNames.protocol(h.protocol()).replace("unknown", "protocol");
        String detail = h.fragmentOffset() > 0 ? "fragment at byte " + h.fragmentOffset() * 8 : "";
        Ip4Header.Transport transport = h.transport().orElse(null);
        switch (transport) {
            case Ip4Header.Tcp tcp -> {
                from += ":" + tcp.sourcePort();
                to += ":" + tcp.destinationPort();
                detail = tcpFlags(tcp.flags());
            }
            case Ip4Header.Udp udp -> {
                from += ":" + udp.sourcePort();
                to += ":" + udp.destinationPort();
            }
            case Ip4Header.Icmp icmp -> {
                boolean echo = icmp.type() == 0 || icmp.type() == 8;
                detail = icmp(icmp.type(), icmp.code()) + (echo ? " " + icmp.identifier() + "/" + icmp.sequence() : "");
            }
            case null -> {}
        }
        return new PacketWords(
                protocol + " " + from + " -> " + to, detail, Optional.of(h.source()), Optional.of(h.destination()));
    }

    private static PacketWords arp(byte[] frame) {
        int a = ETHERNET_BYTES;
        if (frame.length < a + ARP_BYTES) {
            return plain("ARP, cut short, " + ends(frame));
        }
        String sender = IpAddress.formatIpv4(Ip4Header.i32(frame, a + 14));
        String target = IpAddress.formatIpv4(Ip4Header.i32(frame, a + 24));
        String words = Ip4Header.u16(frame, a + 6) == 1
                ? "who has " + target + "? asks " + sender
                : sender + " is at " + mac(frame, a + 8);
        return new PacketWords("ARP " + words, "", Optional.of(sender), Optional.of(target));
    }

    private static PacketWords plain(String flow) {
        return new PacketWords(flow, "", Optional.empty(), Optional.empty());
    }

    private static String ends(byte[] frame) {
        return mac(frame, 6) + " -> " + mac(frame, 0);
    }

    private static String mac(byte[] frame, int at) {
        return MacAddress.format(
                (long) Ip4Header.u16(frame, at) << 32 | Integer.toUnsignedLong(Ip4Header.i32(frame, at + 2)));
    }
}
