// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.dataplane.NatSwitch.CLIENT_IP;
import static io.tapline.dataplane.NatSwitch.FIRST_IP;
import static io.tapline.dataplane.NatSwitch.NODE_IP;
import static io.tapline.dataplane.NatSwitch.REMOTE_IP;
import static io.tapline.dataplane.NatSwitch.tcp;
import static io.tapline.dataplane.NatSwitch.udp;
import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.NatIdentity;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Identity mappings: what is the node's own is left as it is, and not given away. */
class NatIdentityTest {
    private static final IpAddress NODE = IpAddress.parse(NODE_IP);

    private final NatSwitch node = new NatSwitch(NatSwitch.withSourceNat());

    @AfterEach
    void close() {
        node.close();
    }

    private static int sourcePort(byte[] frame) {
        return Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(34));
    }

    @Test
    void leavesTheNodesOwnPacketsAsTheyAre() {
        byte[] overlay =
                node.passOne(node.client, udp(NODE_IP, 4789, REMOTE_IP, 4789).bytes(), node.uplink);
        assertFrame(overlay)
                .ipv4()
                .src(NODE_IP)
                .dst(REMOTE_IP)
                .checksumOk()
                .udp()
                .srcPort(4789)
                .checksumOk();
        byte[] other = node.passOne(
                node.client, tcp(NODE_IP, 22_000, REMOTE_IP, 443, Tcp.SYN).bytes(), node.uplink);
        assertFrame(other).ipv4().src(NODE_IP).tcp().srcPort(22_000).checksumOk();
    }

    @Test
    void oneSessionServesAllPacketsOfAnIdentity() {
        for (int port = 1; port <= 20; port++) {
            node.passOne(node.client, udp(NODE_IP, 4789, REMOTE_IP, port).bytes(), node.uplink);
        }
        assertThat(node.sessions()).as("of the port").isEqualTo(1);
        for (int port = 1; port <= 20; port++) {
            node.passOne(
                    node.client, tcp(NODE_IP, port, REMOTE_IP, 443, Tcp.SYN).bytes(), node.uplink);
        }
        assertThat(node.sessions()).as("and of the address").isEqualTo(2);
    }

    @Test
    void sourceNatNeverGivesAwayAnIdentitysPort() {
        SourceNat three = new SourceNat("uplink", List.of(NODE), new PortRange(4788, 4790), List.of());
        node.apply(NatSwitch.mappings()
                .withSourceNats(List.of(three), List.of(NatIdentity.of(NODE, 4789, Ipv4.PROTOCOL_UDP))));
        TreeSet<Integer> given = new TreeSet<>();
        for (int port = 1; port <= 3; port++) {
            node.pass(node.client, udp(CLIENT_IP, port, REMOTE_IP, 53).bytes(), node.uplink)
                    .forEach(frame -> given.add(sourcePort(frame)));
        }
        assertThat(given).containsExactly(4788, 4790);
        assertThat(node.vswitch.counters().drops(DropReason.NAT_OUT_OF_PORTS)).isEqualTo(1);
    }

    @Test
    void anIdentityThatIsGoneTakesItsSessionAlongAndNoOther() {
        node.passOne(node.client, udp(NODE_IP, 4789, REMOTE_IP, 4789).bytes(), node.uplink);
        node.passOne(node.first, tcp(FIRST_IP, 1234, REMOTE_IP, 443, Tcp.SYN).bytes(), node.uplink);
        assertThat(node.sessions()).isEqualTo(2);
        node.apply(NatSwitch.mappings().withSourceNats(List.of(SourceNat.of("uplink", NODE)), List.of()));
        node.run();
        node.advanceMillis(100);
        node.run();
        assertThat(node.sessions()).as("the pod's").isEqualTo(1);
    }
}
