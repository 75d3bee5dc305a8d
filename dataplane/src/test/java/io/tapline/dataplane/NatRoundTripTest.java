// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.dataplane.NatSwitch.backend;
import static io.tapline.dataplane.NatSwitch.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.NatModel.Tuple;
import io.tapline.dataplane.NatPackets.Checksums;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.testkit.Draw;
import io.tapline.testkit.Packets;
import io.tapline.testkit.Property;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every translation can be undone: the answer to a packet reaches its sender as the answer to what it sent, and an ICMP
 * error about it quotes what was sent, either way, for TCP, UDP, SCTP and ICMP, through a service and through source
 * NAT whose ports are scarce. No two connections share an outside tuple, and every checksum is right.
 */
class NatRoundTripTest {
    private static final int[] PROTOCOLS = {Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP, Ipv4.PROTOCOL_SCTP, Ipv4.PROTOCOL_ICMP
    };
    private static final int[] REMOTES = {IpAddress.parseIpv4("8.8.8.8"), IpAddress.parseIpv4("1.1.1.1")};
    private static final int POOL_PORTS = 40;

    @Test
    void everyTranslationCanBeUndone() {
        Property.holds("NAT there and back", 4, draw -> run(draw, 3000));
    }

    /** Four packets for each flow. */
    @Test
    @Tag("slow")
    void millionsOfTranslationsCanBeUndone() {
        Property.holds("NAT there and back", 20, draw -> run(draw, 50_000));
    }

    private static void run(Draw draw, int flows) {
        NatLimits limits = NatLimits.SMALL.withSeed(draw.bits64());
        try (NatSwitch node = new NatSwitch(config(), SwitchLimits.SMALL.withNat(limits))) {
            Map<Tuple, Tuple> outsides = new HashMap<>();
            for (int i = 0; i < flows; i++) {
                if (draw.oneIn(500)) {
                    node.advanceSeconds(10_000);
                    outsides.clear();
                }
                thereAndBack(draw, node, outsides);
            }
        }
    }

    private static NatConfig config() {
        SourceNat scarce = new SourceNat(
                "uplink",
                List.of(IpAddress.parse(NatSwitch.NODE_IP)),
                new PortRange(61_000, 61_000 + POOL_PORTS - 1),
                List.of());
        return NatSwitch.mappings(
                        service(Ipv4.PROTOCOL_TCP, backend(NatSwitch.FIRST_IP)),
                        service(Ipv4.PROTOCOL_UDP, backend(NatSwitch.FIRST_IP)),
                        service(Ipv4.PROTOCOL_SCTP, backend(NatSwitch.FIRST_IP)))
                .withSourceNats(List.of(scarce), List.of());
    }

    private static Tuple flow(Draw draw, boolean toService) {
        int port = 2000 + draw.below(60);
        if (toService) {
            return new Tuple(PROTOCOLS[draw.below(3)], NatNumbers.CLIENT, port, NatNumbers.VIP, 80);
        }
        int protocol = PROTOCOLS[draw.below(4)];
        int remotePort = protocol == Ipv4.PROTOCOL_ICMP ? Icmpv4.ECHO_REQUEST : 50 + draw.below(2);
        return new Tuple(protocol, NatNumbers.CLIENT, port, REMOTES[draw.below(2)], remotePort);
    }

    private static void thereAndBack(Draw draw, NatSwitch node, Map<Tuple, Tuple> outsides) {
        boolean toService = draw.chance();
        BufferDevice far = toService ? node.first : node.uplink;
        Checksums checksums = draw.pick(List.of(Checksums.WHOLE, Checksums.WHOLE, Checksums.PARTIAL, Checksums.NONE));
        Tuple flow = flow(draw, toService);
        byte[] payload = new byte[draw.below(40)];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) draw.bits32();
        }
        long noPorts = node.vswitch.counters().drops(DropReason.NAT_OUT_OF_PORTS);

        NatPackets.send(node.client, flow, payload, checksums, Tcp.SYN);
        node.run();
        List<byte[]> headers = far.sentHeaders();
        List<byte[]> left = far.take();
        if (node.vswitch.counters().drops(DropReason.NAT_OUT_OF_PORTS) > noPorts) {
            assertThat(toService).as("a service needs no ports").isFalse();
            assertThat(outsides.keySet())
                    .as("all ports for that remote are taken")
                    .filteredOn(outside -> outside.destination() == flow.destination()
                            && outside.destinationPort() == flow.destinationPort()
                            && outside.protocol() == flow.protocol())
                    .hasSize(POOL_PORTS);
            return;
        }
        assertThat(left).as("frames of %s", flow).hasSize(1);
        byte[] there = NatPackets.completed(left.getFirst(), headers.getFirst());
        Tuple outside = NatPackets.check(there, payload, checksums);
        if (toService) {
            assertThat(outside.destination()).isEqualTo(NatNumbers.FIRST);
        } else {
            assertThat(outside.source()).isEqualTo(NatNumbers.NODE);
        }
        assertThat(outsides.merge(outside, flow, (before, now) -> before))
                .as("whose %s is", outside)
                .isEqualTo(flow);

        byte[] sent = NatPackets.frame(flow, payload, whole(checksums), Tcp.SYN);
        error(draw, node, far, there, node.client, sent);
        NatPackets.send(far, outside.reversed(), payload, checksums, Tcp.SYN | Tcp.ACK);
        node.run();
        headers = node.client.sentHeaders();
        left = node.client.take();
        assertThat(left).as("answers to %s", flow).hasSize(1);
        byte[] back = NatPackets.completed(left.getFirst(), headers.getFirst());
        assertThat(NatPackets.check(back, payload, checksums)).as("answer").isEqualTo(flow.reversed());
        byte[] answer = NatPackets.frame(outside.reversed(), payload, whole(checksums), Tcp.SYN | Tcp.ACK);
        error(draw, node, node.client, back, far, answer);
    }

    /** A kernel completes a checksum before it quotes the packet. */
    private static Checksums whole(Checksums checksums) {
        return checksums == Checksums.PARTIAL ? Checksums.WHOLE : checksums;
    }

    /** Who got {@code got}, or a router before it, reports it; its sender is told of what it sent. */
    private static void error(Draw draw, NatSwitch node, BufferDevice from, byte[] got, BufferDevice to, byte[] sent) {
        int limit = draw.chance() ? 28 : 548;
        byte[] error = Packets.icmp(draw.pick(List.of(Icmpv4.UNREACHABLE, Icmpv4.TIME_EXCEEDED)), draw.below(2))
                .srcMac(NatSwitch.PEER_MAC)
                .dstMac(NatSwitch.SWITCH_MAC)
                .src(NatPackets.destination(got))
                .dst(NatPackets.source(got))
                .quote(got, limit)
                .bytes();
        from.put(error);
        node.run();
        List<byte[]> left = to.take();
        assertThat(left).as("errors").hasSize(1);
        NatPackets.checkError(left.getFirst(), error, sent);
    }
}
