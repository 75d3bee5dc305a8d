// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.dataplane.NatSwitch.CLIENT_IP;
import static io.tapline.dataplane.NatSwitch.FIRST_IP;
import static io.tapline.dataplane.NatSwitch.NODE_IP;
import static io.tapline.dataplane.NatSwitch.REMOTE_IP;
import static io.tapline.dataplane.NatSwitch.SECOND_IP;
import static io.tapline.dataplane.NatSwitch.VIP;
import static io.tapline.dataplane.NatSwitch.backend;
import static io.tapline.dataplane.NatSwitch.mappings;
import static io.tapline.dataplane.NatSwitch.service;
import static io.tapline.dataplane.NatSwitch.tcp;
import static io.tapline.dataplane.NatSwitch.udp;
import static io.tapline.dataplane.NatSwitch.withSourceNat;
import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.Counters.NatCounter;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.testkit.Packets;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** NAT44 at its limits: who is refused, with which reason, and who must not be harmed. */
class NatLimitsTest {
    private static final NatMapping WEB = service(Ipv4.PROTOCOL_TCP, backend(FIRST_IP));
    private static final NatMapping DNS = service(Ipv4.PROTOCOL_UDP, backend(FIRST_IP));

    private static NatSwitch node(int sessions, int perInterface) {
        NatLimits limits = new NatLimits(sessions, perInterface, 16, 1);
        return new NatSwitch(mappings(WEB, DNS), SwitchLimits.SMALL.withNat(limits));
    }

    private static void establish(NatSwitch node, int port) {
        node.passOne(node.client, tcp(CLIENT_IP, port, VIP, 80, Tcp.SYN).bytes(), node.first);
        node.passOne(
                node.first,
                tcp(FIRST_IP, 8080, CLIENT_IP, port, Tcp.SYN | Tcp.ACK).bytes(),
                node.client);
        node.passOne(node.client, tcp(CLIENT_IP, port, VIP, 80, Tcp.ACK).bytes(), node.first);
    }

    @Test
    void anInterfaceBeyondItsShareIsRefusedAndNobodyElse() {
        try (NatSwitch node = node(100, 4)) {
            establish(node, 40_000);
            for (int port = 1; port <= 10; port++) {
                node.client.put(udp(CLIENT_IP, port, VIP, 80).bytes());
            }
            node.run();
            assertThat(node.first.take()).hasSize(3);
            assertThat(node.vswitch.counters().drops(DropReason.NAT_OWNER_LIMIT))
                    .isEqualTo(7);
            node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
            node.passOne(node.second, udp(SECOND_IP, 1, VIP, 80).bytes(), node.first);
            node.advanceSeconds(301);
            node.passOne(node.client, udp(CLIENT_IP, 20, VIP, 80).bytes(), node.first);
        }
    }

    @Test
    void aFullTableGivesUpHalfOpenConnectionsNeverEstablishedOnes() {
        try (NatSwitch node = node(4, 4)) {
            establish(node, 40_000);
            for (int port = 1; port <= 20; port++) {
                node.advanceMillis(200);
                node.second.put(tcp(SECOND_IP, port, VIP, 80, Tcp.SYN).bytes());
                node.run();
            }
            assertThat(node.sessions()).isEqualTo(4);
            node.advanceMillis(200);
            node.run();
            assertThat(node.vswitch.counters().nat(NatCounter.SESSION_RECYCLED)).isEqualTo(17);
            node.first.take();
            node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        }
    }

    @Test
    void aTableFullOfLiveSessionsRefusesWithAReason() {
        try (NatSwitch node = node(3, 3)) {
            for (int port = 40_000; port < 40_003; port++) {
                establish(node, port);
            }
            byte[] syn = tcp(SECOND_IP, 1, VIP, 80, Tcp.SYN).bytes();
            assertThat(node.pass(node.second, syn, node.first)).isEmpty();
            assertThat(node.vswitch.counters().drops(DropReason.NAT_TOO_MANY_SESSIONS))
                    .isEqualTo(1);
            for (int port = 40_000; port < 40_003; port++) {
                node.passOne(node.client, tcp(CLIENT_IP, port, VIP, 80, Tcp.ACK).bytes(), node.first);
            }
        }
    }

    private static NatConfig threePorts() {
        SourceNat narrow =
                new SourceNat("uplink", List.of(IpAddress.parse(NODE_IP)), new PortRange(2000, 2002), List.of());
        NatConfig config = withSourceNat(WEB);
        return config.withSourceNats(List.of(narrow), config.identities());
    }

    @Test
    void portsAreGivenOncePerRemoteAndGivenBack() {
        try (NatSwitch node = new NatSwitch(threePorts())) {
            Set<Integer> ports = new HashSet<>();
            for (int port = 1; port <= 3; port++) {
                byte[] out = node.passOne(
                        node.client, udp(CLIENT_IP, port, REMOTE_IP, 53).bytes(), node.uplink);
                ports.add((out[34] & 0xff) << 8 | (out[35] & 0xff));
            }
            assertThat(ports).containsExactlyInAnyOrder(2000, 2001, 2002);
            byte[] fourth = udp(CLIENT_IP, 4, REMOTE_IP, 53).bytes();
            assertThat(node.pass(node.client, fourth, node.uplink)).isEmpty();
            assertThat(node.vswitch.counters().drops(DropReason.NAT_OUT_OF_PORTS))
                    .isEqualTo(1);
            node.passOne(node.client, udp(CLIENT_IP, 4, REMOTE_IP, 54).bytes(), node.uplink);
            node.passOne(node.client, udp(CLIENT_IP, 4, "1.1.1.1", 53).bytes(), node.uplink);
            node.passOne(node.client, tcp(CLIENT_IP, 4, REMOTE_IP, 53, Tcp.SYN).bytes(), node.uplink);
            node.advanceSeconds(301);
            node.passOne(node.client, fourth, node.uplink);
        }
    }

    @Test
    void laterFragmentsFollowTheFirstThroughTheTranslation() {
        try (NatSwitch node = new NatSwitch(mappings(WEB, DNS))) {
            byte[] whole = Packets.udp()
                    .srcMac(NatSwitch.PEER_MAC)
                    .dstMac(NatSwitch.SWITCH_MAC)
                    .src(CLIENT_IP, 5000)
                    .dst(VIP, 80)
                    .payloadBytes(3000)
                    .bytes();
            List<byte[]> fragments = Packets.fragments(whole, 1400);
            assertThat(fragments).hasSizeGreaterThan(2);
            assertThat(node.pass(node.client, fragments.get(1), node.first))
                    .as("before its first")
                    .isEmpty();
            assertThat(node.vswitch.counters().drops(DropReason.NAT_NO_PORTS)).isEqualTo(1);
            for (byte[] fragment : fragments) {
                byte[] out = node.passOne(node.client, fragment, node.first);
                assertFrame(out).ipv4().src(CLIENT_IP).dst(FIRST_IP).checksumOk();
            }
            assertThat(node.sessions()).isEqualTo(1);
        }
    }

    @Test
    void udpEndsAtOnceWithItsBackendAndOnlyThatBackends() {
        try (NatSwitch node = new NatSwitch(mappings(WEB, DNS))) {
            NatMapping both = service(Ipv4.PROTOCOL_UDP, backend(FIRST_IP), backend(SECOND_IP));
            node.apply(mappings(WEB, both));
            for (int port = 1; port <= 100; port++) {
                node.client.put(udp(CLIENT_IP, port, VIP, 80).bytes());
            }
            node.run();
            int toFirst = node.first.take().size();
            int toSecond = node.second.take().size();
            assertThat(toFirst).isBetween(20, 80);
            node.apply(mappings(WEB, both.withBackends(List.of(backend(SECOND_IP)))));
            node.run();
            assertThat(node.sessions()).isEqualTo(toSecond);
            for (int port = 1; port <= 100; port++) {
                node.client.put(udp(CLIENT_IP, port, VIP, 80).bytes());
            }
            node.run();
            assertThat(node.second.take()).hasSize(100);
            assertThat(node.vswitch.counters().nat(NatCounter.SESSION_ADDED)).isEqualTo(100 + toFirst);
        }
    }
}
