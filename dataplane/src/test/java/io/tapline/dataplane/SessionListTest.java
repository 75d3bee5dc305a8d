// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.testkit.Packets;
import io.tapline.wire.Tcp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionListTest {
    private final TestSwitch node = new TestSwitch();

    @AfterEach
    void close() {
        node.close();
    }

    private void send(String source, int from, String destination, int to, int flags) {
        byte[] frame = Packets.tcp()
                .srcMac(TestSwitch.POD_MAC)
                .dstMac(TestSwitch.SWITCH_MAC)
                .src(source, from)
                .dst(destination, to)
                .flags(flags)
                .bytes();
        (source.equals("10.1.1.2") ? node.client : node.server).put(frame);
        node.run();
        node.client.take();
        node.server.take();
    }

    private List<SessionView> all() {
        List<SessionView> all = new ArrayList<>();
        for (int from = 0; from != Page.END; ) {
            CompletableFuture<Page<SessionView>> asked = node.vswitch.sessions(from);
            node.run();
            Page<SessionView> page = asked.join();
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(Page.RECORDS);
            all.addAll(page.entries());
            from = page.next();
        }
        return all;
    }

    @Test
    void listsSessionsWithWhatMadeThem() {
        send("10.1.1.2", 40_000, "10.1.1.3", 8080, Tcp.SYN);
        node.advanceSeconds(2);
        send("10.1.1.3", 8080, "10.1.1.2", 40_000, Tcp.SYN | Tcp.ACK);
        node.advanceSeconds(3);
        List<SessionView> sessions = all();
        assertThat(sessions).extracting(SessionView::interfaceName).containsExactly("tap1", "tap2");
        assertThat(sessions).extracting(SessionView::openedByPeer).containsExactly(false, true);
        assertThat(sessions).extracting(SessionView::ageSeconds).containsExactly(5, 3);
        assertThat(sessions).extracting(SessionView::idleSeconds).containsExactly(3, 3);
        SessionView second = sessions.getLast();
        assertThat(second.source()).hasToString("10.1.1.3");
        assertThat(second.sourcePort()).isEqualTo(8080);
        assertThat(second.destinationPort()).isEqualTo(40_000);
        assertThat(second.rule())
                .hasValueSatisfying(rule -> assertThat(rule)
                        .isEqualTo(TestSwitch.config(List.of())
                                .acls()
                                .getFirst()
                                .rules()
                                .getFirst()));
    }

    @Test
    void readsABigTablePartByPart() {
        for (int i = 0; i < 1500; i++) {
            send("10.1.1.2", 1024 + i, "10.1.1.3", 8080, Tcp.SYN);
        }
        assertThat(all()).hasSize(1500).extracting(SessionView::number).doesNotHaveDuplicates();
    }

    @Test
    void leavesOutWhatHasEnded() {
        send("10.1.1.2", 40_000, "10.1.1.3", 8080, Tcp.SYN);
        send("10.1.1.2", 40_001, "10.1.1.3", 8080, Tcp.SYN);
        node.advanceSeconds(130);
        send("10.1.1.2", 40_002, "10.1.1.3", 8080, Tcp.SYN);
        assertThat(all()).extracting(SessionView::sourcePort).containsExactly(40_002);
    }

    @Test
    void tellsWhichSessionsAProposalWouldCut() {
        send("10.1.1.2", 40_000, "10.1.1.3", 8080, Tcp.SYN);
        send("10.1.1.3", 8080, "10.1.1.2", 40_000, Tcp.SYN | Tcp.ACK);
        SwitchConfig proposed = TestSwitch.config(TestSwitch.serverRules(9090));
        SessionPreview preview = node.vswitch.preview(proposed);
        assertThat(all().stream().filter(s -> preview.denial(s).isPresent()))
                .extracting(SessionView::interfaceName)
                .containsExactly("tap2");
        SessionPreview same = node.vswitch.preview(TestSwitch.config(TestSwitch.serverRules(8080)));
        assertThat(all()).allMatch(s -> same.denial(s).isEmpty());
        assertThat(node.vswitch.generation().number()).as("generation").isEqualTo(1);
        assertThat(node.vswitch.sessions().table().size()).isEqualTo(2);
    }
}
