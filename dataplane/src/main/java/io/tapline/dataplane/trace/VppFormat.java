// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

import io.tapline.wire.Ipv4;
import java.util.List;
import java.util.Optional;

/**
 * Prints traces as VPP 18.01 does ({@code show trace}), field by field, so that those who know VPP, and tools written
 * for it, can read them.
 *
 * <p>Sources: the format functions of VPP's nodes, as named at each method. Times are since the start of the switch's
 * clock.
 */
public final class VppFormat {
    private static final String[] TCP_FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
    private static final int DUMP_BYTES = 60;
    private static final int DUMP_ROW_BYTES = 32;
    private static final int ETHERNET_INPUT_NEXT = 4;

    private final StringBuilder out = new StringBuilder(2048);

    private VppFormat() {}

    /** One packet, without the {@code Packet N} line. */
    public static String format(PacketTrace trace) {
        VppFormat format = new VppFormat();
        for (TraceStep step : trace.steps()) {
            format.line(0, time(step.timeNanos()) + ": " + step.node());
            format.body(step);
        }
        return format.out.toString();
    }

    /** Several packets, each under its {@code Packet N} line, as {@code show trace} prints them. */
    public static String format(List<PacketTrace> traces) {
        StringBuilder all = new StringBuilder();
        int number = 1;
        for (PacketTrace trace : traces) {
            all.append("Packet ")
                    .append(number++)
                    .append("\n\n")
                    .append(format(trace))
                    .append('\n');
        }
        return all.toString();
    }

    private void body(TraceStep step) {
        switch (step) {
            case TraceStep.VirtioInput virtio -> virtio(virtio);
            case TraceStep.EthernetInput ethernet -> ethernet(ethernet);
            case TraceStep.Ip4 ip4 -> ip4(ip4.node().equals("ip4-input") ? 2 : 4, ip4.packet());
            case TraceStep.IcmpError error -> ip4(2, error.packet());
            case TraceStep.Acl acl -> acl(acl);
            case TraceStep.Nat nat -> nat(nat);
            case TraceStep.Lookup lookup -> lookup(lookup);
            case TraceStep.Rewrite rewrite -> rewrite(rewrite);
            case TraceStep.Output output -> output(output);
            case TraceStep.Arp arp -> arp(arp);
            case TraceStep.Drop drop ->
                line(2, drop.reporter() + ": " + drop.reason().vppText());
        }
    }

    /** format_virtio_input_trace. */
    private void virtio(TraceStep.VirtioInput step) {
        line(
                2,
                "virtio: hw_if_index %d next-index %d vring 0 len %d"
                        .formatted(step.interfaceIndex(), ETHERNET_INPUT_NEXT, step.length()));
        TraceStep.VirtioHeader h = step.virtioNet();
        line(
                4,
                "hdr: flags 0x%02x gso_type 0x%02x hdr_len %d gso_size %d csum_start %d csum_offset %d num_buffers %d"
                        .formatted(
                                h.flags(),
                                h.gsoType(),
                                h.headerLength(),
                                h.gsoSize(),
                                h.csumStart(),
                                h.csumOffset(),
                                h.bufferCount()));
    }

    /** format_ethernet_header. */
    private void ethernet(TraceStep.EthernetInput step) {
        String tag = step.vlan().map(vlan -> " 802.1q vlan " + vlan).orElse("");
        line(2, VppNames.etherType(step.etherType()) + ": " + step.source() + " -> " + step.destination() + tag);
    }

    /** format_ip4_header. */
    private void ip4(int indent, Optional<Ip4Header> packet) {
        if (packet.isEmpty()) {
            line(indent, "IP header truncated");
            return;
        }
        Ip4Header h = packet.get();
        line(indent, VppNames.protocol(h.protocol()) + ": " + h.source() + " -> " + h.destination());
        if (h.version() != 4 || h.headerBytes() != 20) {
            line(indent + 2, "version " + h.version() + ", header length " + h.headerBytes());
        }
        String wrong = h.checksum() == h.rightChecksum() ? "" : " (should be 0x%04x)".formatted(h.rightChecksum());
        line(
                indent + 2,
                "tos 0x%02x, ttl %d, length %d, checksum 0x%04x%s"
                        .formatted(h.tos(), h.ttl(), h.length(), h.checksum(), wrong));
        line(indent + 2, fragment(h));
        if (h.fragmentOffset() == 0) {
            h.transport().ifPresentOrElse(transport -> transport(indent, transport), () -> truncated(indent, h));
        }
    }

    /** VPP knows the headers of three protocols, and says of no other that it is too short. */
    private void truncated(int indent, Ip4Header h) {
        switch (h.protocol()) {
            case Ipv4.PROTOCOL_ICMP, Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP ->
                line(indent, VppNames.protocol(h.protocol()) + " header truncated");
            default -> {}
        }
    }

    /**
     * The offset in bytes, and the flags' names without a separator. VPP xors the offset in bytes out of the field, not
     * that in units, so that later fragments show flags which they do not have; that is not copied.
     */
    private static String fragment(Ip4Header h) {
        String names = ((h.flags() & Ip4Header.MORE_FRAGMENTS) != 0 ? "MORE_FRAGMENTS" : "")
                + ((h.flags() & Ip4Header.DONT_FRAGMENT) != 0 ? "DONT_FRAGMENT" : "")
                + ((h.flags() & 4) != 0 ? "CONGESTION" : "");
        return "fragment id 0x%04x".formatted(h.id())
                + (h.fragmentOffset() > 0 ? " offset " + h.fragmentOffset() * 8 : "")
                + (names.isEmpty() ? "" : ", flags " + names);
    }

    /** format_tcp_header, format_udp_header, format_ip4_icmp_header. */
    private void transport(int indent, Ip4Header.Transport transport) {
        switch (transport) {
            case Ip4Header.Tcp tcp -> {
                line(indent, "TCP: " + tcp.sourcePort() + " -> " + tcp.destinationPort());
                line(indent + 2, "seq. 0x%08x ack 0x%08x".formatted(tcp.sequence(), tcp.acknowledgement()));
                line(
                        indent + 2,
                        "flags 0x%02x%s, tcp header: %d bytes"
                                .formatted(tcp.flags(), tcpFlags(tcp.flags()), tcp.headerBytes()));
                line(indent + 2, "window %d, checksum 0x%04x".formatted(tcp.window(), tcp.checksum()));
            }
            case Ip4Header.Udp udp -> {
                line(indent, "UDP: " + udp.sourcePort() + " -> " + udp.destinationPort());
                line(indent + 2, "length %d, checksum 0x%04x".formatted(udp.length(), udp.checksum()));
            }
            case Ip4Header.Icmp icmp ->
                line(
                        indent,
                        "ICMP %s checksum 0x%x".formatted(VppNames.icmp(icmp.type(), icmp.code()), icmp.checksum()));
        }
    }

    /** format_acl_plugin_trace and format_fa_5tuple of 18.01. */
    private void acl(TraceStep.Acl step) {
        line(
                2,
                "acl-plugin: sw_if_index %d, next index %d, action: %d, match: acl %d rule %d trace_bits %08x"
                        .formatted(
                                step.interfaceIndex(),
                                step.nextIndex(),
                                step.action(),
                                step.aclIndex(),
                                step.ruleIndex(),
                                step.traceBits()));
        line(2, "pkt info " + AclWords.format(step));
        String l3 = "%s sw_if_index %d (lsb16 %d) l3 ip4%s %s -> %s"
                .formatted(
                        step.input() ? "input" : "output",
                        step.interfaceIndex(),
                        step.interfaceIndex() & 0xffff,
                        step.fragment() ? " non-initial fragment" : "",
                        step.source(),
                        step.destination());
        String l4 = "l4 proto %d l4_valid %d port %d -> %d"
                .formatted(step.protocol(), step.l4Valid() ? 1 : 0, step.sourcePort(), step.destinationPort());
        String tcp = "tcp flags (%s) %02x".formatted(step.tcpFlagsValid() ? "valid" : "invalid", step.tcpFlags());
        line(3, l3 + " " + l4 + " " + tcp + " rsvd 0");
    }

    /** format_snat_in2out_trace, format_snat_out2in_trace: the two name the session differently. */
    private void nat(TraceStep.Nat step) {
        String path = switch (step.node()) {
            case "nat44-out2in" -> "NAT44_OUT2IN";
            case "nat44-in2out-slowpath", "nat44-in2out-output-slowpath" -> "NAT44_IN2OUT_SLOW_PATH";
            default -> "NAT44_IN2OUT_FAST_PATH";
        };
        String session = step.node().equals("nat44-out2in") ? "session index" : "session";
        line(
                2,
                path + ": sw_if_index " + step.interfaceIndex() + ", next index " + step.nextIndex() + ", " + session
                        + " " + step.session());
    }

    /** format_ip4_lookup_trace. */
    private void lookup(TraceStep.Lookup step) {
        line(2, "fib %d dpo-idx %d flow hash: 0x%08x".formatted(step.table(), step.number(), step.flowHash()));
        ip4(2, step.packet());
    }

    /** format_ip4_rewrite_trace and format_ip_adjacency_packet_data. */
    private void rewrite(TraceStep.Rewrite step) {
        line(
                2,
                "tx_sw_if_index %d dpo-idx %d : ipv4 via %s %s: %s flow hash: 0x%08x"
                        .formatted(
                                step.interfaceIndex(),
                                step.number(),
                                step.gateway(),
                                step.device(),
                                step.frame()
                                        .substring(0, Math.min(28, step.frame().length())),
                                step.flowHash()));
        String dump =
                step.frame().substring(0, Math.min(2 * DUMP_BYTES, step.frame().length()));
        for (int at = 0; at < dump.length(); at += 2 * DUMP_ROW_BYTES) {
            line(2, "%08x: %s".formatted(at / 2, dump.substring(at, Math.min(dump.length(), at + 2 * DUMP_ROW_BYTES))));
        }
    }

    /** format_vnet_interface_output_trace. */
    private void output(TraceStep.Output step) {
        line(2, step.device());
        line(2, VppNames.etherType(step.etherType()) + ": " + step.source() + " -> " + step.destination());
        if (step.etherType() == 0x0800) {
            ip4(2, step.packet());
        }
    }

    /** format_ethernet_arp_header. */
    private void arp(TraceStep.Arp step) {
        line(2, (step.operation() == 1 ? "request" : "reply") + ", type ethernet/IP4, address size 6/4");
        line(2, step.senderMac() + "/" + step.senderIp() + " -> " + step.targetMac() + "/" + step.targetIp());
    }

    private void line(int indent, String text) {
        out.repeat(' ', indent).append(text).append('\n');
    }

    /** format_cpu_time as show trace prints it: hours, minutes, seconds, microseconds. */
    private static String time(long nanos) {
        long micros = nanos / 1000;
        return "%02d:%02d:%02d:%06d"
                .formatted(
                        micros / 3_600_000_000L, micros / 60_000_000 % 60, micros / 1_000_000 % 60, micros % 1_000_000);
    }

    private static String tcpFlags(int flags) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < TCP_FLAGS.length; i++) {
            if ((flags >>> i & 1) != 0) {
                names.append(' ').append(TCP_FLAGS[i]);
            }
        }
        return names.toString();
    }
}
