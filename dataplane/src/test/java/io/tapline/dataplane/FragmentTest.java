// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.table.FragmentCache;
import io.tapline.testkit.Packets;
import io.tapline.testkit.UdpBuilder;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** UDP 5353 and ICMP may reach the server; the client's datagrams come in fragments. */
class FragmentTest {
    private static final int ETHERNET_AND_IP = 34;

    private final TestSwitch node = new TestSwitch();

    @BeforeEach
    void permitOnePort() {
        IpPrefix any = IpPrefix.ANY_IPV4;
        node.vswitch.apply(TestSwitch.config(List.of(
                AclRule.toPorts(AclAction.PERMIT, any, any, Ipv4.PROTOCOL_UDP, PortRange.of(5353)),
                AclRule.toPorts(AclAction.PERMIT, any, any, Ipv4.PROTOCOL_ICMP, PortRange.ANY))));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static UdpBuilder udp(int port, int id) {
        return Packets.udp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", 40_000)
                .dst("10.1.1.3", port)
                .id(id)
                .payloadBytes(56);
    }

    private static byte[] first(int port, int id) {
        return udp(port, id).fragment(0, true).bytes();
    }

    /** A later fragment; what stands where ports would be looks like the port that is permitted. */
    private static byte[] later(int id, int offset) {
        return udp(5353, id).fragment(offset, false).bytes();
    }

    private int delivered(byte[]... frames) {
        for (byte[] frame : frames) {
            node.client.put(frame);
        }
        node.run();
        return node.server.take().size();
    }

    @Test
    void laterFragmentsShareTheVerdictOfTheFirst() {
        assertThat(delivered(first(5353, 1), later(1, 64), later(1, 128))).isEqualTo(3);
        assertThat(delivered(first(9999, 2), later(2, 64))).isZero();
        assertThat(node.vswitch.counters().drops(DropReason.ACL_DENY)).isEqualTo(2);
    }

    @Test
    void aFragmentWithoutItsFirstIsDroppedWithAReason() {
        assertThat(delivered(later(7, 64))).isZero();
        assertThat(node.vswitch.counters().drops(DropReason.ACL_FRAGMENT_WITHOUT_FIRST))
                .isEqualTo(1);
        assertThat(delivered(first(5353, 8), later(9, 64)))
                .as("another datagram's first")
                .isEqualTo(1);
    }

    @Test
    void aFirstFragmentIsForgottenAfterItsTime() {
        assertThat(delivered(first(5353, 1))).isEqualTo(1);
        node.advanceSeconds(1);
        assertThat(delivered(later(1, 64))).isEqualTo(1);
        node.advanceSeconds(FragmentCache.TIMEOUT_MILLIS / 1000 - 1);
        assertThat(delivered(later(1, 128))).isZero();
    }

    @Test
    void aSecondFirstFragmentReplacesTheFirst() {
        assertThat(delivered(first(5353, 1), first(9999, 1), later(1, 64))).isEqualTo(1);
        assertThat(delivered(later(1, 128))).isZero();
    }

    @Test
    void aFirstFragmentWithoutPortsIsDropped() {
        byte[] tiny = Arrays.copyOf(first(5353, 1), ETHERNET_AND_IP);
        byte[] cut = udp(5353, 1)
                .fragment(0, true)
                .claimTotalLength(Ipv4.HEADER_BYTES)
                .bytes();
        System.arraycopy(cut, 0, tiny, 0, ETHERNET_AND_IP);
        assertThat(delivered(tiny)).isZero();
        assertThat(node.vswitch.counters().drops(DropReason.IP4_FRAGMENT_TOO_SHORT))
                .isEqualTo(1);
    }

    @Test
    void repliesInFragmentsMatchTheSessionOfTheirRequest() {
        node.client.put(Packets.udp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", 40_000)
                .dst("10.1.1.3", 5353)
                .bytes());
        node.run();
        UdpBuilder reply = Packets.udp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.3", 5353)
                .dst("10.1.1.2", 40_000)
                .id(77)
                .payloadBytes(64);
        node.server.put(reply.fragment(0, true).bytes());
        node.server.put(reply.fragment(72, false).bytes());
        node.run();
        assertThat(node.client.take()).hasSize(2);
    }

    @Test
    void echoRepliesInFragmentsMatchTheirRequest() {
        node.client.put(Packets.echoRequest()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2")
                .dst("10.1.1.3")
                .identifier(7)
                .bytes());
        node.run();
        var reply = Packets.echoReply()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.3")
                .dst("10.1.1.2")
                .identifier(7)
                .id(3)
                .payload("abcdefgh");
        node.server.put(reply.fragment(0, true).bytes());
        node.server.put(reply.fragment(16, false).bytes());
        node.run();
        assertThat(node.client.take()).hasSize(2);
    }

    @Test
    void oneInterfacesFloodDoesNotEvictAnothers() {
        assertThat(delivered(first(5353, 1))).isEqualTo(1);
        for (int id = 0; id < 2 * FragmentCache.DEFAULT_CAPACITY; id++) {
            node.server.put(Packets.udp()
                    .srcMac(TestSwitch.POD_MAC)
                    .dstMac(TestSwitch.SWITCH_MAC)
                    .src("10.1.1.3", 1)
                    .dst("10.1.1.2", 2)
                    .id(id)
                    .payloadBytes(8)
                    .fragment(0, true)
                    .bytes());
            if (id % 100 == 0) {
                node.run();
            }
        }
        node.run();
        assertThat(delivered(later(1, 64))).isEqualTo(1);
    }
}
