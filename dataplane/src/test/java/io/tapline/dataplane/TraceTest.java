// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.PacketTrace.Outcome;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.dataplane.trace.TraceStep;
import io.tapline.testkit.ArpBuilder;
import io.tapline.testkit.IcmpBuilder;
import io.tapline.testkit.Packets;
import io.tapline.testkit.UdpBuilder;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which packets are traced, for how long traces are kept, and what they hold. */
final class TraceTest {
    private static final int RING = 4;

    private final TestSwitch node =
            new TestSwitch(new SwitchLimits(255, 1024, 16, 4096, AclSessions.Timeouts.DEFAULT, 64, RING));

    @AfterEach
    void close() {
        node.close();
    }

    private static UdpBuilder udp(String from, int sourcePort, String to, int destinationPort) {
        return Packets.udp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src(from, sourcePort)
                .dst(to, destinationPort);
    }

    private static IcmpBuilder ping(String from, String to) {
        return Packets.echoRequest()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src(from)
                .dst(to);
    }

    private static ArpBuilder hostAnswers() {
        return Packets.arpReply()
                .srcMac(TestSwitch.HOST_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                .target(TestSwitch.SWITCH_MAC, "172.30.1.1");
    }

    private void fromClient(byte[] frame) {
        node.client.put(frame);
        node.run();
    }

    private void fromServer(byte[] frame) {
        node.server.put(frame);
        node.run();
    }

    private List<PacketTrace> traces() {
        return node.vswitch.traces();
    }

    private static List<String> nodes(PacketTrace trace) {
        return trace.steps().stream().map(TraceStep::node).toList();
    }

    private List<Integer> ids() {
        return traces().stream().map(TraceTest::id).toList();
    }

    /** The IPv4 identification of the packet as received. */
    private static int id(PacketTrace trace) {
        return (trace.frame()[18] & 0xff) << 8 | (trace.frame()[19] & 0xff);
    }

    @Test
    void tracesNothingUnlessAsked() {
        fromClient(ping("10.1.1.2", "10.1.1.1").bytes());
        assertThat(traces()).isEmpty();
    }

    @Test
    void armsByInterfaceForSoManyPackets() {
        node.vswitch.arm(TraceFilter.receivedOn(TestSwitch.CLIENT), 2);
        fromServer(ping("10.1.1.3", "10.1.1.1").id(1).bytes());
        for (int id = 2; id < 6; id++) {
            fromClient(ping("10.1.1.2", "10.1.1.1").id(id).bytes());
        }
        assertThat(ids()).containsExactly(2, 3);
        assertThat(traces()).extracting(PacketTrace::receivedOn).containsOnly("tap1");
    }

    @Test
    void armsByPodInBothDirections() {
        node.vswitch.arm(TraceFilter.endpoint(IpPrefix.parse("10.1.1.3/32")), 10);
        fromClient(ping("10.1.1.2", "10.1.1.1").id(1).bytes());
        fromClient(ping("10.1.1.2", "10.1.1.3").id(2).bytes());
        fromServer(ping("10.1.1.3", "10.1.1.1").id(3).bytes());
        assertThat(ids()).containsExactly(2, 3);
    }

    @Test
    void armsByConnectionInBothDirections() {
        IpPrefix client = IpPrefix.parse("10.1.1.2/32");
        IpPrefix server = IpPrefix.parse("10.1.1.3/32");
        node.vswitch.arm(TraceFilter.connection(client, 5000, server, 53, Ipv4.PROTOCOL_UDP), 10);
        fromClient(udp("10.1.1.2", 5000, "10.1.1.3", 53).id(1).bytes());
        fromServer(udp("10.1.1.3", 53, "10.1.1.2", 5000).id(2).bytes());
        fromClient(udp("10.1.1.2", 5001, "10.1.1.3", 53).id(3).bytes());
        fromClient(udp("10.1.1.2", 5000, "10.1.1.3", 54).id(4).bytes());
        fromServer(udp("10.1.1.3", 5000, "10.1.1.2", 53).id(5).bytes());
        fromClient(ping("10.1.1.2", "10.1.1.3").id(6).bytes());
        assertThat(ids()).containsExactly(1, 2);
    }

    @Test
    void aFilterForOneDirectionLeavesOutTheOther() {
        TraceFilter oneWay = new TraceFilter(
                OptionalInt.empty(),
                Optional.of(IpPrefix.parse("10.1.1.2/32")),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(Ipv4.PROTOCOL_UDP),
                OptionalInt.empty(),
                OptionalInt.of(53),
                false,
                Set.of());
        node.vswitch.arm(oneWay, 10);
        fromServer(udp("10.1.1.3", 53, "10.1.1.2", 53).id(1).bytes());
        fromClient(udp("10.1.1.2", 1, "10.1.1.3", 53).id(2).bytes());
        fromClient(udp("10.1.1.2", 1, "10.1.1.3", 53).id(3).fragment(64, false).bytes());
        assertThat(ids()).as("a later fragment has no ports to match").containsExactly(2);
    }

    @Test
    void armsByDropReason() {
        node.vswitch.arm(TraceFilter.dropped(DropReason.ACL_DENY), 1);
        fromClient(ping("10.1.1.2", "10.1.1.3").id(1).bytes());
        fromClient(ping("10.1.1.2", "10.9.9.9").id(2).bytes());
        fromClient(udp("10.1.1.2", 5000, "10.1.1.3", 53).id(3).bytes());
        fromClient(udp("10.1.1.2", 5000, "10.1.1.3", 53).id(4).bytes());
        assertThat(ids()).containsExactly(3);
        PacketTrace trace = traces().getFirst();
        assertThat(trace.outcome()).isEqualTo(Outcome.DROPPED);
        assertThat(trace.dropReason()).contains(DropReason.ACL_DENY);
        assertThat(trace.steps().getLast()).isInstanceOfSatisfying(TraceStep.Drop.class, drop -> {
            assertThat(drop.reporter()).isEqualTo("acl-plugin-out-ip4-fa");
            assertThat(drop.reason()).isEqualTo(DropReason.ACL_DENY);
        });
    }

    @Test
    void theRingGivesUpItsOldestTrace() {
        node.vswitch.arm(TraceFilter.ALL, 100);
        for (int id = 1; id <= 10; id++) {
            fromClient(ping("10.1.1.2", "10.1.1.1").id(id).bytes());
        }
        assertThat(ids()).containsExactly(7, 8, 9, 10);
        assertThat(traces()).extracting(PacketTrace::number).containsExactly(7L, 8L, 9L, 10L);
    }

    @Test
    void aWatchForDropsCostsNoTraceThatIsKept() {
        node.vswitch.arm(TraceFilter.ALL, RING);
        for (int id = 1; id <= RING; id++) {
            fromClient(ping("10.1.1.2", "10.1.1.1").id(id).bytes());
        }
        node.vswitch.arm(TraceFilter.dropped(DropReason.ACL_DENY), 1);
        for (int id = 100; id < 150; id++) {
            node.client.put(ping("10.1.1.2", "10.1.1.1").id(id).bytes());
        }
        node.run();
        assertThat(ids()).containsExactly(1, 2, 3, 4);
        fromClient(udp("10.1.1.2", 5000, "10.1.1.3", 53).id(200).bytes());
        assertThat(ids()).containsExactly(2, 3, 4, 200);
    }

    @Test
    void filtersWaitSideBySideAndAPacketCountsForOne() {
        node.vswitch.arm(TraceFilter.receivedOn(TestSwitch.CLIENT), 1);
        node.vswitch.arm(TraceFilter.ALL, 1);
        fromClient(ping("10.1.1.2", "10.1.1.1").id(1).bytes());
        fromClient(ping("10.1.1.2", "10.1.1.1").id(2).bytes());
        fromClient(ping("10.1.1.2", "10.1.1.1").id(3).bytes());
        assertThat(ids()).containsExactly(1, 2);
    }

    @Test
    void theOldestOfTooManyFiltersGivesWay() {
        for (int port = 1; port <= 40; port++) {
            node.vswitch.arm(
                    TraceFilter.connection(
                            IpPrefix.parse("10.1.1.2/32"), port, IpPrefix.parse("10.1.1.3/32"), 53, Ipv4.PROTOCOL_UDP),
                    1);
        }
        for (int port : List.of(1, 9, 10, 40)) {
            fromClient(udp("10.1.1.2", port, "10.1.1.3", 53).id(port).bytes());
        }
        assertThat(ids()).containsExactly(10, 40);
    }

    @Test
    void followsAPacketThatWaitsForArp() {
        node.vswitch.arm(TraceFilter.endpoint(IpPrefix.parse("10.1.1.2/32")), 1);
        fromClient(ping("10.1.1.2", "172.30.1.2").bytes());
        assertThat(traces()).as("it still waits").isEmpty();
        node.host.put(hostAnswers().bytes());
        node.run();
        assertThat(traces()).hasSize(1);
        assertThat(traces().getFirst().outcome()).isEqualTo(Outcome.SENT);
        assertThat(nodes(traces().getFirst()))
                .containsSubsequence("ip4-lookup", "ip4-arp", "ip4-rewrite", "tap0-output");
    }

    @Test
    void forgetsAPacketUnderWayWhenTold() {
        node.vswitch.arm(TraceFilter.ALL, 1);
        fromClient(ping("10.1.1.2", "172.30.1.2").id(1).bytes());
        node.vswitch.disarm();
        node.vswitch.arm(TraceFilter.receivedOn(TestSwitch.SERVER), 1);
        node.host.put(hostAnswers().bytes());
        node.run();
        assertThat(traces())
                .as("the new filter does not get the old one's packet")
                .isEmpty();
        fromServer(ping("10.1.1.3", "10.1.1.1").id(2).bytes());
        assertThat(ids()).containsExactly(2);
    }

    @Test
    void aPacketThatAnIcmpErrorAnswersWasDropped() {
        node.vswitch.arm(TraceFilter.dropped(DropReason.IP4_TTL_EXPIRED), 1);
        fromClient(udp("10.1.1.2", 5000, "10.1.1.3", 53).ttl(1).bytes());
        PacketTrace trace = traces().getFirst();
        assertThat(trace.outcome()).isEqualTo(Outcome.DROPPED);
        assertThat(trace.dropReason()).contains(DropReason.IP4_TTL_EXPIRED);
        assertThat(nodes(trace)).containsSubsequence("ip4-icmp-error", "ip4-lookup", "ip4-rewrite", "tap1-output");
        TraceStep.IcmpError error = trace.steps().stream()
                .filter(TraceStep.IcmpError.class::isInstance)
                .map(TraceStep.IcmpError.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(error.type()).isEqualTo(11);
        assertThat(error.sent()).isTrue();
    }

    @Test
    void holdsTheFrameAsReceivedAndAsSent() {
        node.vswitch.arm(TraceFilter.ALL, 1);
        byte[] frame = ping("10.1.1.2", "10.1.1.3").payload(new byte[600]).bytes();
        fromClient(frame);
        PacketTrace trace = traces().getFirst();
        assertThat(trace.frameLength()).isEqualTo(frame.length);
        assertThat(trace.frame()).hasSize(512).isEqualTo(Arrays.copyOf(frame, 512));
        String sent = HexFormat.of().formatHex(node.server.take().getFirst());
        assertThat(trace.steps().getLast()).isInstanceOfSatisfying(TraceStep.Output.class, output -> {
            assertThat(output.frame()).isEqualTo(sent.substring(0, 1024));
            assertThat(output.length()).isEqualTo(frame.length);
        });
    }

    @Test
    void aReaderSeesWholeTracesWhileTheRingTurns() throws InterruptedException {
        node.vswitch.arm(TraceFilter.ALL, Integer.MAX_VALUE);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<String> torn = new AtomicReference<>("");
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                for (PacketTrace trace : traces()) {
                    if (!isWhole(trace)) {
                        torn.set(trace.toString());
                    }
                }
            }
        });
        for (int id = 1; id <= 20_000; id++) {
            fromClient(ping("10.1.1.2", "10.1.1.1").id(id).bytes());
            node.client.take();
        }
        stop.set(true);
        reader.join();
        assertThat(torn.get()).isEmpty();
        assertThat(ids()).containsExactly(19_997, 19_998, 19_999, 20_000);
    }

    /** Every step of a trace shows the same packet. */
    private static boolean isWhole(PacketTrace trace) {
        int id = id(trace);
        return trace.number() == id
                && trace.outcome() == Outcome.SENT
                && trace.steps().stream().allMatch(step -> switch (step) {
                    case TraceStep.Ip4 ip4 -> ip4.packet().orElseThrow().id() == id;
                    case TraceStep.Lookup lookup ->
                        lookup.packet().orElseThrow().id() == id;
                    case TraceStep.Output output ->
                        output.packet().orElseThrow().id() == id;
                    default -> true;
                });
    }
}
