// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.lab.node.LabPod;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.TapOffload;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real packets of a host and its pods, through the kernel's own sockets and tools. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveTrafficTest {
    private static final int SMALL_MTU = 1400;

    @SuppressWarnings("NullAway.Init")
    private LiveNode live;

    @SuppressWarnings("NullAway.Init")
    private LabPod first;

    @SuppressWarnings("NullAway.Init")
    private LabPod second;

    @SuppressWarnings("NullAway.Init")
    private LabPod isolated;

    @SuppressWarnings("NullAway.Init")
    private LabPod narrow;

    @BeforeAll
    void build() {
        Tools.assume(LiveTrafficTest.class, "ping", "iputils-ping");
        live = LiveNode.create(LiveTrafficTest.class, TapOffload.ALL);
        first = live.node().addPod("test/first");
        second = live.node().addPod("test/second");
        AclRule web = AclRule.toPorts(
                AclAction.PERMIT, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4, Ipv4.PROTOCOL_TCP, PortRange.of(80));
        narrow = live.node().addPod("test/narrow");
        isolated = live.node().addIsolatedPod("test/isolated", List.of(web));
    }

    @AfterAll
    void takeDown() {
        if (live != null) {
            live.close();
        }
    }

    @AfterEach
    void losesNoFrame() {
        live.assertConserved();
    }

    private record End(String name, NetworkNamespace namespace, IpAddress address) {}

    private End host() {
        return new End(live.hostName(), live.node().host(), live.node().hostAddress());
    }

    private End end(LabPod pod) {
        return new End(live.nameOf(pod), pod.namespace(), pod.address());
    }

    private List<List<End>> paths() {
        return List.of(List.of(host(), end(first)), List.of(end(first), end(second)), List.of(end(second), host()));
    }

    @Test
    void answersPings() throws Exception {
        for (List<End> path : paths()) {
            ping(path.getFirst(), path.getLast().address());
        }
        ping(end(first), IpAddress.parse("10.1.1.1"));
    }

    private static void ping(End from, IpAddress to) throws Exception {
        Tools.succeed(from.name(), "ping", "-n", "-c3", "-i0.05", "-W5", to.toString());
    }

    @Test
    void carriesTcp() throws Exception {
        for (List<End> path : paths()) {
            assertEchoesTcp(path.getFirst(), path.getLast(), 1);
            assertEchoesTcp(path.getFirst(), path.getLast(), 3_000_000);
        }
    }

    private static void assertEchoesTcp(End from, End to, int bytes) throws Exception {
        byte[] sent = randomBytes(bytes);
        try (ServerSocket server = Sockets.tcpEcho(to.namespace(), to.address(), 0)) {
            byte[] answer = Sockets.tcpAsk(from.namespace(), to.address(), server.getLocalPort(), sent);
            assertThat(answer).isEqualTo(sent);
        }
    }

    /** Padding below 18 bytes of payload, the MTU at 1472, and fragments beyond. */
    @ParameterizedTest
    @ValueSource(ints = {1, 17, 18, 19, 1471, 1472, 1473, 2952, 8000})
    void carriesUdpOfEverySize(int bytes) throws Exception {
        byte[] sent = randomBytes(bytes);
        for (List<End> path : paths()) {
            End to = path.getLast();
            try (DatagramSocket server = Sockets.udpEcho(to.namespace(), to.address(), 0)) {
                byte[] answer = Sockets.udpAsk(path.getFirst().namespace(), to.address(), server.getLocalPort(), sent);
                assertThat(answer).isEqualTo(sent);
            }
        }
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void carriesTheLargestPacketAndNoLarger() throws Exception {
        String pod = second.address().toString();
        Tools.succeed(live.nameOf(first), "ping", "-n", "-c1", "-W5", "-M", "do", "-s", "1472", pod);
        Tools.Result tooLong = Tools.run(live.nameOf(first), "ping", "-n", "-c1", "-W5", "-M", "do", "-s", "1473", pod);
        assertThat(tooLong.output()).containsIgnoringCase("message too long");
    }

    @Test
    void tellsTheSenderThatTheTimeToLiveRanOut() throws Exception {
        Tools.Result result = Tools.run(
                live.nameOf(first),
                "ping",
                "-n",
                "-c1",
                "-W5",
                "-t",
                "1",
                second.address().toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).contains("From 10.1.1.1").contains("Time to live exceeded");
        assertThat(drops(DropReason.IP4_TTL_EXPIRED)).isPositive();
    }

    @Test
    void bringsTheErrorOfAClosedPort() {
        assertThatThrownBy(() -> Sockets.udpAsk(host().namespace(), first.address(), 9, new byte[1]))
                .isInstanceOf(PortUnreachableException.class);
        assertThatThrownBy(() -> Sockets.udpAsk(first.namespace(), second.address(), 9, new byte[1]))
                .isInstanceOf(PortUnreachableException.class);
        assertThatThrownBy(() -> Sockets.udpAsk(first.namespace(), host().address(), 9, new byte[1]))
                .isInstanceOf(PortUnreachableException.class);
        assertThatThrownBy(() -> Sockets.udpAsk(first.namespace(), IpAddress.parse("10.1.1.1"), 9, new byte[1]))
                .as("the switch itself")
                .isInstanceOf(PortUnreachableException.class);
    }

    @Test
    void tellsTheSenderTheMtuOfANarrowWayOut() throws Exception {
        SwitchConfig before = live.node().vswitch().generation().config();
        live.node().vswitch().apply(withMtu(before, narrow.interfaceIndex(), SMALL_MTU));
        try {
            Tools.Result result = Tools.run(
                    live.hostName(),
                    "ping",
                    "-n",
                    "-c1",
                    "-W5",
                    "-M",
                    "do",
                    "-s",
                    "1472",
                    narrow.address().toString());
            assertThat(result.output()).containsIgnoringCase("frag needed").contains("mtu = " + SMALL_MTU);
            assertThat(drops(DropReason.IP4_MTU_EXCEEDED)).isPositive();
            // And the kernel of a sender finds the MTU by it, super-frames and all.
            assertEchoesTcp(end(first), end(narrow), 500_000);
        } finally {
            live.node().vswitch().apply(before);
        }
    }

    private static SwitchConfig withMtu(SwitchConfig config, int interfaceIndex, int mtu) {
        List<InterfaceConfig> interfaces = config.interfaces().stream()
                .map(port -> port.index() == interfaceIndex ? port.withMtu(mtu) : port)
                .toList();
        return new SwitchConfig(
                interfaces,
                config.routes(),
                config.neighbors(),
                config.acls(),
                config.nat(),
                config.endpoints(),
                config.firstAclSession());
    }

    @Test
    void keepsStrangersFromAnIsolatedPodAndSaysWhy() throws Exception {
        live.node().vswitch().disarm();
        live.node().vswitch().arm(TraceFilter.dropped(DropReason.ACL_DENY), 1);
        long before = live.node().vswitch().counters().portDrops(first.interfaceIndex(), DropReason.ACL_DENY);
        Tools.Result result = Tools.run(
                live.nameOf(first),
                "ping",
                "-n",
                "-c1",
                "-W1",
                isolated.address().toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(live.node().vswitch().counters().portDrops(first.interfaceIndex(), DropReason.ACL_DENY))
                .isEqualTo(before + 1);
        List<PacketTrace> traces = live.node().vswitch().traces();
        assertThat(traces).hasSize(1);
        assertThat(traces.getFirst().dropReason()).contains(DropReason.ACL_DENY);
        assertThat(traces.getFirst().steps()).anyMatch(step -> step.node().equals("acl-plugin-out-ip4-fa"));
    }

    @Test
    void letsInWhatTheIsolatedPodPermitsAndWhatItAskedFor() throws Exception {
        End inside = end(isolated);
        byte[] sent = randomBytes(100);
        try (ServerSocket server = Sockets.tcpEcho(inside.namespace(), inside.address(), 80)) {
            byte[] answer = Sockets.tcpAsk(first.namespace(), inside.address(), server.getLocalPort(), sent);
            assertThat(answer).isEqualTo(sent);
        }
        assertEchoesTcp(inside, end(first), 1000);
        ping(inside, second.address());
        assertThatThrownBy(() -> Sockets.udpAsk(inside.namespace(), first.address(), 9, new byte[1]))
                .isInstanceOf(PortUnreachableException.class);
    }

    private long drops(DropReason reason) throws IOException {
        return live.node().vswitch().counters().drops(reason);
    }
}
