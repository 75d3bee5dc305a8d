// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.testkit.Packets;
import io.tapline.testkit.TcpBuilder;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Tcp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server's list rejects everything; the client's lets nothing in but answers. */
class RejectTest {
    private final TestSwitch node = new TestSwitch();

    @BeforeEach
    void rejectAll() {
        node.vswitch.apply(
                TestSwitch.config(List.of(AclRule.any(AclAction.REJECT, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4))));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static TcpBuilder segment(int flags) {
        return Packets.tcp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", 40_000)
                .dst("10.1.1.3", 8080)
                .seq(1000)
                .ack(7000)
                .flags(flags);
    }

    private List<byte[]> answers(byte[] frame) {
        node.client.put(frame);
        node.run();
        assertThat(node.server.take()).isEmpty();
        return node.client.take();
    }

    @Test
    void answersASynByAReset() {
        List<byte[]> answers = answers(segment(Tcp.SYN).bytes());
        assertFrame(answers.getFirst())
                .ethernet()
                .dst(TestSwitch.POD_MAC)
                .ipv4()
                .src("10.1.1.3")
                .dst("10.1.1.2")
                .checksumOk()
                .tcp()
                .srcPort(8080)
                .dstPort(40_000)
                .flags(Tcp.RST | Tcp.ACK)
                .seq(0)
                .ack(1001)
                .checksumOk();
        assertThat(node.vswitch.counters().drops(DropReason.ACL_REJECT)).isEqualTo(1);
    }

    @Test
    void countsPayloadAndFinInTheAcknowledgement() {
        byte[] frame = segment(Tcp.SYN | Tcp.FIN).payloadBytes(10).bytes();
        assertFrame(answers(frame).getFirst()).ipv4().tcp().ack(1012);
    }

    @Test
    void neverAnswersAReset() {
        answers(segment(Tcp.SYN).bytes());
        assertThat(answers(segment(Tcp.RST).bytes())).isEmpty();
        assertThat(node.vswitch.counters().drops(DropReason.ACL_REJECT)).isEqualTo(2);
    }

    @Test
    void answersAnythingElseByIcmp() {
        byte[] datagram = Packets.udp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2", 5000)
                .dst("10.1.1.3", 53)
                .bytes();
        assertFrame(answers(datagram).getFirst())
                .ipv4()
                .src("10.1.1.3")
                .dst("10.1.1.2")
                .checksumOk()
                .icmp()
                .type(Icmpv4.UNREACHABLE)
                .code(Icmpv4.CODE_ADMINISTRATIVELY_PROHIBITED)
                .checksumOk()
                .quoted()
                .src("10.1.1.2")
                .dst("10.1.1.3");
    }

    @Test
    void answersNoIcmpError() {
        byte[] error = Packets.icmp(Icmpv4.UNREACHABLE, Icmpv4.CODE_HOST_UNREACHABLE)
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src("10.1.1.2")
                .dst("10.1.1.3")
                .quote(segment(Tcp.SYN).bytes(), 28)
                .bytes();
        assertThat(answers(error)).isEmpty();
    }

    @Test
    void limitsTheRateOfAnswers() {
        for (int i = 0; i < 250; i++) {
            node.client.put(segment(Tcp.SYN).src("10.1.1.2", 1024 + i).bytes());
        }
        node.run();
        assertThat(node.client.take()).hasSize(200);
        node.advanceSeconds(1);
        assertThat(answers(segment(Tcp.SYN).bytes())).hasSize(1);
    }
}
