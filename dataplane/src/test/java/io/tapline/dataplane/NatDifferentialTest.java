// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.NatModel.Tuple;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.testkit.Draw;
import io.tapline.testkit.Packets;
import io.tapline.testkit.PlainChecksum;
import io.tapline.testkit.Property;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The engine and {@link NatModel} agree on every packet of long random traffic, in which few ports and addresses make
 * collisions common, time passes, and backends come and go. Each packet that leaves has right checksums.
 */
class NatDifferentialTest {
    private static final NatTimeouts TIMEOUTS = new NatTimeouts(30, 100, 20, 5, 10);
    private static final int[] FLAGS = {
        Tcp.SYN, Tcp.SYN, Tcp.SYN | Tcp.ACK, Tcp.ACK, Tcp.ACK, Tcp.ACK, Tcp.ACK | Tcp.PSH, Tcp.FIN | Tcp.ACK, Tcp.RST
    };
    private static final int[] REMOTES = {IpAddress.parseIpv4("8.8.8.8"), IpAddress.parseIpv4("1.1.1.1")};
    private static final int REMEMBERED = 256;

    private record Seen(int device, Tuple tuple) {}

    private final List<Seen> left = new ArrayList<>();
    private final List<Seen> came = new ArrayList<>();

    @Test
    void agreesWithTheModel() {
        Property.holds("NAT engine and model agree", 4, draw -> run(draw, 15_000));
    }

    @Test
    @Tag("slow")
    void agreesWithTheModelForMillionsOfPackets() {
        Property.holds("NAT engine and model agree", 20, draw -> run(draw, 200_000));
    }

    private void run(Draw draw, int packets) {
        left.clear();
        came.clear();
        NatModel model = new NatModel(TIMEOUTS);
        NatLimits limits = NatLimits.SMALL.withSeed(draw.bits64());
        try (NatSwitch node = new NatSwitch(config(Set.of(), Set.of()), SwitchLimits.SMALL.withNat(limits))) {
            changeBackends(draw, node, model);
            for (int i = 0; i < packets; i++) {
                if (draw.oneIn(40)) {
                    node.advanceMillis(100L * draw.between(1, 60));
                }
                if (draw.oneIn(2000)) {
                    changeBackends(draw, node, model);
                }
                model.now(node.ticks());
                step(draw, node, model);
            }
            node.run();
            assertThat(node.sessions()).as("sessions").isGreaterThanOrEqualTo(model.size());
            node.advanceSeconds(300);
            assertThat(node.sessions()).as("sessions after a long pause").isZero();
            assertThat(node.vswitch.counters().drops(DropReason.NAT_OUT_OF_PORTS))
                    .isZero();
        }
    }

    private static NatConfig config(Set<Integer> taking, Set<Integer> draining) {
        List<NatBackend> backends = new ArrayList<>();
        taking.forEach(address -> backends.add(NatBackend.of(IpAddress.ofIpv4(address), 8080)));
        draining.forEach(address ->
                backends.add(NatBackend.of(IpAddress.ofIpv4(address), 8080).drained()));
        NatBackend[] all = backends.toArray(NatBackend[]::new);
        return NatSwitch.withSourceNat(
                        NatSwitch.service(Ipv4.PROTOCOL_TCP, all), NatSwitch.service(Ipv4.PROTOCOL_UDP, all))
                .withTimeouts(TIMEOUTS);
    }

    private static void changeBackends(Draw draw, NatSwitch node, NatModel model) {
        List<Set<Integer>> takings = List.of(
                Set.of(NatNumbers.FIRST), Set.of(NatNumbers.SECOND), Set.of(NatNumbers.FIRST, NatNumbers.SECOND));
        Set<Integer> taking = draw.pick(takings);
        Set<Integer> draining = Set.of();
        if (draw.chance() && taking.size() == 1) {
            draining = Set.of(taking.contains(NatNumbers.FIRST) ? NatNumbers.SECOND : NatNumbers.FIRST);
        }
        node.apply(config(taking, draining));
        node.vswitch.runOnce();
        model.backends(taking, draining);
    }

    private void step(Draw draw, NatSwitch node, NatModel model) {
        Seen packet = next(draw);
        int flags = packet.tuple().protocol() == Ipv4.PROTOCOL_TCP ? FLAGS[draw.below(FLAGS.length)] : 0;
        node.device(packet.device()).put(frame(packet.tuple(), flags));
        node.vswitch.runOnce();
        Optional<Tuple> out = Optional.empty();
        int egress = 0;
        for (int device = NatSwitch.CLIENT; device <= NatSwitch.UPLINK; device++) {
            for (byte[] frame : node.device(device).take()) {
                Optional<Tuple> tuple = parse(frame);
                if (tuple.isPresent()) {
                    assertThat(out).as("one packet leaves").isEmpty();
                    out = tuple;
                    egress = device;
                }
            }
        }
        model.check(packet.device(), packet.tuple(), flags, out, egress);
        remember(came, packet, draw);
        if (out.isPresent()) {
            remember(left, new Seen(egress, out.get()), draw);
        }
    }

    private static void remember(List<Seen> list, Seen seen, Draw draw) {
        if (list.size() < REMEMBERED) {
            list.add(seen);
        } else {
            list.set(draw.below(REMEMBERED), seen);
        }
    }

    private Seen next(Draw draw) {
        int choice = draw.below(10);
        if (choice < 4 && !left.isEmpty()) {
            Seen seen = draw.pick(left);
            return new Seen(seen.device(), seen.tuple().reversed());
        }
        return choice < 6 && !came.isEmpty() ? draw.pick(came) : fresh(draw);
    }

    private static Seen fresh(Draw draw) {
        int device = draw.between(NatSwitch.CLIENT, NatSwitch.UPLINK);
        int source = device == NatSwitch.UPLINK ? REMOTES[draw.below(2)] : pod(device);
        int protocol = draw.chance() ? Ipv4.PROTOCOL_TCP : Ipv4.PROTOCOL_UDP;
        int port = draw.oneIn(8) ? 8080 : 2000 + draw.below(5);
        if (draw.chance()) {
            return new Seen(device, new Tuple(protocol, source, port, NatNumbers.VIP, draw.oneIn(10) ? 81 : 80));
        }
        int destination =
                draw.chance() ? pod(draw.between(NatSwitch.CLIENT, NatSwitch.SECOND)) : REMOTES[draw.below(2)];
        if (device == NatSwitch.UPLINK) {
            destination = pod(draw.between(NatSwitch.CLIENT, NatSwitch.SECOND));
        }
        if (draw.oneIn(6)) {
            return new Seen(device, new Tuple(Ipv4.PROTOCOL_ICMP, source, 3000 + draw.below(4), destination, 8));
        }
        int destinationPort = draw.chance() ? 8080 : 2000 + draw.below(5);
        return new Seen(device, new Tuple(protocol, source, port, destination, destinationPort));
    }

    private static int pod(int device) {
        return device == NatSwitch.CLIENT
                ? NatNumbers.CLIENT
                : device == NatSwitch.FIRST ? NatNumbers.FIRST : NatNumbers.SECOND;
    }

    private static byte[] frame(Tuple t, int flags) {
        return switch (t.protocol()) {
            case Ipv4.PROTOCOL_TCP ->
                Packets.tcp()
                        .srcMac(NatSwitch.PEER_MAC)
                        .dstMac(NatSwitch.SWITCH_MAC)
                        .src(t.source(), t.sourcePort())
                        .dst(t.destination(), t.destinationPort())
                        .flags(flags)
                        .bytes();
            case Ipv4.PROTOCOL_UDP ->
                Packets.udp()
                        .srcMac(NatSwitch.PEER_MAC)
                        .dstMac(NatSwitch.SWITCH_MAC)
                        .src(t.source(), t.sourcePort())
                        .dst(t.destination(), t.destinationPort())
                        .payload("odd")
                        .bytes();
            default -> {
                boolean request = t.destinationPort() == 8;
                yield (request ? Packets.echoRequest() : Packets.echoReply())
                        .srcMac(NatSwitch.PEER_MAC)
                        .dstMac(NatSwitch.SWITCH_MAC)
                        .src(t.source())
                        .dst(t.destination())
                        .identifier(request ? t.sourcePort() : t.destinationPort())
                        .bytes();
            }
        };
    }

    /** The tuple of a frame whose checksums must be right; empty for ICMP errors, which the switch makes by itself. */
    private static Optional<Tuple> parse(byte[] frame) {
        ByteBuffer b = ByteBuffer.wrap(frame);
        int length = Short.toUnsignedInt(b.getShort(16));
        int end = 14 + length;
        int protocol = b.get(23);
        int source = b.getInt(26);
        int destination = b.getInt(30);
        assertThat(PlainChecksum.isRight(frame, 14, 34, 0)).as("IPv4 checksum").isTrue();
        if (protocol == Ipv4.PROTOCOL_ICMP) {
            assertThat(PlainChecksum.isRight(frame, 34, end, 0))
                    .as("ICMP checksum")
                    .isTrue();
            int identifier = Short.toUnsignedInt(b.getShort(38));
            return switch (b.get(34)) {
                case 8 -> Optional.of(new Tuple(protocol, source, identifier, destination, 8));
                case 0 -> Optional.of(new Tuple(protocol, source, 8, destination, identifier));
                default -> Optional.empty();
            };
        }
        int pseudo = PlainChecksum.pseudoHeader(source, destination, protocol, length - 20);
        assertThat(PlainChecksum.isRight(frame, 34, end, pseudo)).as("checksum").isTrue();
        int sourcePort = Short.toUnsignedInt(b.getShort(34));
        return Optional.of(new Tuple(protocol, source, sourcePort, destination, Short.toUnsignedInt(b.getShort(36))));
    }
}
