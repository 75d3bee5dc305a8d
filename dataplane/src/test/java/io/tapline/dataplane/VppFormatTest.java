// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.dataplane.trace.VppFormat;
import io.tapline.testkit.IcmpBuilder;
import io.tapline.testkit.Packets;
import io.tapline.testkit.UdpBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the packet-flow guides do not show: the fields that VPP prints for unusual packets. */
final class VppFormatTest {
    private final TestSwitch node = new TestSwitch();

    @AfterEach
    void close() {
        node.close();
    }

    private static IcmpBuilder icmp(int type, int code) {
        return Packets.icmp(type, code)
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2")
                .dst("10.1.1.3")
                .id(0x1234);
    }

    private static UdpBuilder udp() {
        return Packets.udp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", 5000)
                .dst("10.1.1.3", 53)
                .id(0x1234);
    }

    /** The lines of one node in the trace of one frame from the client. */
    private List<String> lines(byte[] frame, String nodeName) {
        node.vswitch.disarm();
        node.vswitch.arm(TraceFilter.receivedOn(TestSwitch.CLIENT), 1);
        node.client.put(frame);
        node.run();
        PacketTrace trace = node.vswitch.traces().getFirst();
        List<String> lines = new ArrayList<>();
        boolean wanted = false;
        for (String line : VppFormat.format(trace).lines().toList()) {
            if (line.startsWith(" ")) {
                if (wanted) {
                    lines.add(line);
                }
            } else {
                wanted = line.endsWith(": " + nodeName);
            }
        }
        return lines;
    }

    private String line(byte[] frame, String nodeName, int index) {
        return lines(frame, nodeName).get(index);
    }

    @Test
    void udp4() {
        assertThat(lines(udp().payload("hello").bytes(), "ip4-input"))
                .containsExactly(
                        "  UDP: 10.1.1.2 -> 10.1.1.3",
                        "    tos 0x00, ttl 64, length 33, checksum 0x5292",
                        "    fragment id 0x1234",
                        "  UDP: 5000 -> 53",
                        "    length 13, checksum 0x923e");
    }

    @Test
    void icmpNamesTypeAndCode() {
        assertThat(line(icmp(8, 0).identifier(1).sequence(2).bytes(), "ip4-input", 3))
                .matches("  ICMP echo_request checksum 0x[1-9a-f][0-9a-f]*");
        assertThat(line(icmp(0, 0).bytes(), "ip4-input", 3)).startsWith("  ICMP echo_reply checksum 0x");
        assertThat(line(icmp(3, 1).bytes(), "ip4-input", 3))
                .startsWith("  ICMP destination_unreachable destination_unreachable_host checksum 0x");
        assertThat(line(icmp(3, 4).bytes(), "ip4-input", 3))
                .contains("destination_unreachable fragmentation_needed_and_dont_fragment_set");
        assertThat(line(icmp(11, 0).bytes(), "ip4-input", 3)).contains("time_exceeded ttl_exceeded_in_transit");
        assertThat(line(icmp(11, 9).bytes(), "ip4-input", 3)).contains("ICMP time_exceeded checksum");
        assertThat(line(icmp(200, 0).bytes(), "ip4-input", 3)).contains("ICMP unknown 0xc8 checksum");
    }

    @Test
    void checksumsHaveNoLeadingZerosInIcmpOnly() {
        byte[] frame = icmp(8, 0).identifier(0xf7ff).sequence(0).bytes(); // 0x0800 + 0xf7ff is 0xffff
        assertThat(line(frame, "ip4-input", 3)).isEqualTo("  ICMP echo_request checksum 0x0");
    }

    @Test
    void fragmentsHaveTheirOffsetInBytes() {
        assertThat(lines(udp().fragment(1480, true).payload("abc").bytes(), "ip4-input"))
                .containsExactly(
                        "  UDP: 10.1.1.2 -> 10.1.1.3",
                        "    tos 0x00, ttl 64, length 31, checksum 0x31db",
                        "    fragment id 0x1234 offset 1480, flags MORE_FRAGMENTS");
        assertThat(line(udp().fragment(1480, false).bytes(), "ip4-input", 2))
                .isEqualTo("    fragment id 0x1234 offset 1480");
        assertThat(line(udp().fragment(0, true).bytes(), "ip4-input", 2))
                .isEqualTo("    fragment id 0x1234, flags MORE_FRAGMENTS");
    }

    @Test
    void unusualHeadersSaySo() {
        assertThat(lines(udp().ipChecksum(0xbeef).bytes(), "ip4-input").subList(0, 2))
                .containsExactly(
                        "  UDP: 10.1.1.2 -> 10.1.1.3",
                        "    tos 0x00, ttl 64, length 28, checksum 0xbeef (should be 0x5297)");
        assertThat(lines(udp().ipOptions(1, 1, 1, 0).bytes(), "ip4-input"))
                .contains("    version 4, header length 24", "  UDP: 5000 -> 53");
        assertThat(line(udp().version(5).bytes(), "ip4-input", 1)).isEqualTo("    version 5, header length 20");
        assertThat(lines(
                        Packets.ipv4(143)
                                .srcMac(TestSwitch.POD_MAC)
                                .dstMac(TestSwitch.SWITCH_MAC)
                                .src("10.1.1.2")
                                .dst("10.1.1.3")
                                .bytes(),
                        "ip4-input"))
                .hasSize(3)
                .first()
                .isEqualTo("  unknown 143: 10.1.1.2 -> 10.1.1.3");
        byte[] cut = Packets.ipv4(6)
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2")
                .dst("10.1.1.3")
                .bytes();
        assertThat(line(cut, "ip4-input", 3)).isEqualTo("  TCP header truncated");
    }

    @Test
    void dropsNameTheNodeAndItsReason() {
        assertThat(lines(udp().bytes(), "error-drop")).containsExactly("  acl-plugin-out-ip4-fa: ACL deny packets");
        assertThat(lines(udp().ipChecksum(0xbeef).bytes(), "error-drop"))
                .containsExactly("  ip4-input: bad ip4 checksum");
        assertThat(lines(udp().dstMac("02:00:00:00:0f:0f").bytes(), "error-drop"))
                .containsExactly("  ethernet-input: l3 mac mismatch");
        assertThat(lines(udp().dst("10.1.1.1", 53).fragment(8, false).bytes(), "error-drop")
                        .getFirst())
                .startsWith("  ip4-input: ");
    }

    @Test
    void localAndArpNodesIndentTheirHeaderTwoColumnsMore() {
        assertThat(lines(icmp(8, 0).dst("10.1.1.1").bytes(), "ip4-local").getFirst())
                .isEqualTo("    ICMP: 10.1.1.2 -> 10.1.1.1");
        assertThat(lines(icmp(8, 0).dst("10.1.1.1").bytes(), "ip4-local").get(3))
                .startsWith("    ICMP echo_request checksum 0x");
        node.vswitch.disarm();
        node.vswitch.arm(TraceFilter.receivedOn(TestSwitch.CLIENT), 1);
        node.client.put(icmp(8, 0).dst("172.30.1.2").bytes());
        node.run();
        node.host.put(Packets.arpReply()
                .srcMac(TestSwitch.HOST_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                .target(TestSwitch.SWITCH_MAC, "172.30.1.1")
                .bytes());
        node.run();
        assertThat(VppFormat.format(node.vswitch.traces())).contains(": ip4-arp\n    ICMP: 10.1.1.2 -> 172.30.1.2\n");
    }

    @Test
    void icmpErrorShowsThePacketThatItIsAbout() {
        assertThat(lines(udp().ttl(1).bytes(), "ip4-icmp-error"))
                .containsExactly(
                        "  UDP: 10.1.1.2 -> 10.1.1.3",
                        "    tos 0x00, ttl 1, length 28, checksum 0x9197",
                        "    fragment id 0x1234",
                        "  UDP: 5000 -> 53",
                        "    length 8, checksum 0xd61a");
    }

    @Test
    void arp() {
        byte[] request = Packets.arpRequest()
                .srcMac(TestSwitch.POD_MAC)
                .sender(TestSwitch.POD_MAC, "10.1.1.2")
                .target("10.1.1.1")
                .bytes();
        assertThat(lines(request, "arp-input"))
                .containsExactly(
                        "  request, type ethernet/IP4, address size 6/4",
                        "  00:00:00:00:00:02/10.1.1.2 -> 00:00:00:00:00:00/10.1.1.1");
        assertThat(lines(request, "ethernet-input")).containsExactly("  ARP: 00:00:00:00:00:02 -> ff:ff:ff:ff:ff:ff");
        assertThat(lines(
                        Packets.ethernet(0x88b5)
                                .srcMac(TestSwitch.POD_MAC)
                                .dstMac(TestSwitch.SWITCH_MAC)
                                .bytes(),
                        "ethernet-input"))
                .containsExactly("  0x88b5: 00:00:00:00:00:02 -> 02:fe:00:00:00:01");
    }
}
