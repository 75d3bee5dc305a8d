// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.testkit.Draw;
import io.tapline.testkit.Packets;
import io.tapline.testkit.Property;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Tcp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets that NAT sees together become what they become one after the other, though it reads ahead for many. */
class NatVectorTest {
    private static final int SERVICES = 40;

    @Test
    void aVectorIsWhatItsPacketsAre() {
        Property.holds("a vector is translated as its packets one by one", 8, NatVectorTest::run);
    }

    private static void run(Draw draw) {
        NatLimits limits = NatLimits.SMALL.withSeed(draw.bits64());
        NatConfig config = config(draw);
        try (NatSwitch together = new NatSwitch(config, SwitchLimits.SMALL.withNat(limits));
                NatSwitch apart = new NatSwitch(config, SwitchLimits.SMALL.withNat(limits))) {
            for (int vector = 0; vector < 4; vector++) {
                List<byte[]> frames = new ArrayList<>();
                int count = draw.between(1, 200);
                for (int i = 0; i < count; i++) {
                    frames.add(frame(draw));
                }
                frames.forEach(together.client::put);
                together.run();
                for (byte[] frame : frames) {
                    apart.client.put(frame);
                    apart.run();
                }
                assertThat(left(together)).as("frames of a vector").isEqualTo(left(apart));
                assertThat(together.sessions()).as("sessions").isEqualTo(apart.sessions());
            }
        }
    }

    /** Services of no, one, two and many backends, some that refuse, some with affinity. */
    private static NatConfig config(Draw draw) {
        List<NatMapping> mappings = new ArrayList<>();
        for (int i = 0; i < SERVICES; i++) {
            NatBackend[] backends = new NatBackend[draw.pick(List.of(0, 1, 2, 2, 2, 12, 70))];
            for (int k = 0; k < backends.length; k++) {
                IpAddress pod = IpAddress.parse(draw.chance() ? NatSwitch.FIRST_IP : NatSwitch.SECOND_IP);
                backends[k] = NatBackend.of(pod, 8000 + k);
            }
            NatMapping mapping = NatMapping.of(address(i), 80, draw.pick(List.of(6, 17)), List.of(backends));
            mappings.add(draw.oneIn(4) ? mapping.withAffinity(60) : mapping);
        }
        return NatSwitch.mappings(mappings.toArray(NatMapping[]::new));
    }

    private static IpAddress address(int service) {
        return IpAddress.ofIpv4(IpAddress.parseIpv4(NatSwitch.VIP) + service);
    }

    private static byte[] frame(Draw draw) {
        int port = 2000 + draw.below(6);
        int destination = draw.oneIn(8)
                ? IpAddress.parseIpv4(NatSwitch.FIRST_IP)
                : address(draw.below(SERVICES)).ipv4();
        int destinationPort = draw.oneIn(10) ? 8000 : 80;
        int source = IpAddress.parseIpv4(NatSwitch.CLIENT_IP);
        return switch (draw.below(5)) {
            case 0 ->
                Packets.udp()
                        .srcMac(NatSwitch.PEER_MAC)
                        .dstMac(NatSwitch.SWITCH_MAC)
                        .src(source, port)
                        .dst(destination, destinationPort)
                        .bytes();
            case 1 ->
                Packets.echoRequest()
                        .srcMac(NatSwitch.PEER_MAC)
                        .dstMac(NatSwitch.SWITCH_MAC)
                        .src(source)
                        .dst(destination)
                        .bytes();
            default ->
                Packets.tcp()
                        .srcMac(NatSwitch.PEER_MAC)
                        .dstMac(NatSwitch.SWITCH_MAC)
                        .src(source, port)
                        .dst(destination, destinationPort)
                        .flags(draw.oneIn(4) ? Tcp.ACK : Tcp.SYN)
                        .bytes();
        };
    }

    private static List<String> left(NatSwitch node) {
        List<String> frames = new ArrayList<>();
        for (int device = NatSwitch.CLIENT; device <= NatSwitch.UPLINK; device++) {
            for (byte[] frame : node.device(device).take()) {
                frames.add(device + " " + HexFormat.of().formatHex(frame));
            }
        }
        frames.sort(null);
        return frames;
    }
}
