// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.testkit.Draw;
import io.tapline.testkit.Packets;
import io.tapline.testkit.Property;
import io.tapline.wire.Tcp;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever arrives, nothing is thrown, nothing outside the frame is touched (checked memory), and every frame is
 * counted.
 */
class HostileFramesTest {
    private static final int ROUNDS = 2_000;
    private static final int FRAMES_PER_ROUND = 60;

    private static final List<byte[]> GOOD = List.of(
            Packets.tcp()
                    .srcMac(TestSwitch.POD_MAC)
                    .dstMac(TestSwitch.SWITCH_MAC)
                    .src("10.1.1.2", 40_000)
                    .dst("10.1.1.3", 8080)
                    .flags(Tcp.SYN)
                    .bytes(),
            Packets.udp()
                    .srcMac(TestSwitch.POD_MAC)
                    .dstMac(TestSwitch.SWITCH_MAC)
                    .src("10.1.1.2", 40_000)
                    .dst("10.1.1.1", 53)
                    .payloadBytes(100)
                    .bytes(),
            Packets.echoRequest()
                    .srcMac(TestSwitch.POD_MAC)
                    .dstMac(TestSwitch.SWITCH_MAC)
                    .src("10.1.1.2")
                    .dst("10.1.1.1")
                    .payload("hello")
                    .bytes(),
            Packets.arpRequest()
                    .srcMac(TestSwitch.HOST_MAC)
                    .dstMac("ff:ff:ff:ff:ff:ff")
                    .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                    .target("172.30.1.1")
                    .bytes());

    @Test
    void survivesEveryTruncation() {
        try (TestSwitch node = new TestSwitch()) {
            for (byte[] good : GOOD) {
                for (int length = 0; length <= good.length; length++) {
                    byte[] cut = Arrays.copyOf(good, length);
                    node.client.put(cut);
                    node.host.put(cut);
                    node.run();
                }
            }
        }
    }

    @Test
    void survivesMutatedAndRandomFrames() {
        try (TestSwitch node = new TestSwitch()) {
            Property.holds("every frame is forwarded, taken or dropped", ROUNDS, draw -> {
                for (int i = 0; i < FRAMES_PER_ROUND; i++) {
                    BufferDevice port = draw.pick(List.of(node.host, node.client, node.server));
                    port.put(virtioNet(draw), frame(draw));
                }
                node.run();
                node.host.take();
                node.client.take();
                node.server.take();
            });
        }
    }

    private static byte[] frame(Draw draw) {
        if (draw.oneIn(8)) {
            return draw.bytes(0, 200);
        }
        byte[] frame = draw.pick(GOOD).clone();
        int changes = draw.between(1, 4);
        for (int i = 0; i < changes; i++) {
            frame[draw.below(frame.length)] = (byte) draw.bits16();
        }
        return draw.oneIn(4) ? Arrays.copyOf(frame, draw.below(frame.length + 1)) : frame;
    }

    private static byte[] virtioNet(Draw draw) {
        byte[] header = new byte[12];
        header[10] = 1;
        return draw.oneIn(4) ? draw.bytes(12) : header;
    }
}
