// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.agent.cni.CniHandler;
import io.tapline.agent.node.Attachment;
import io.tapline.agent.node.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a crash at each step of adding and deleting leaves, and what the next start makes of it. */
class CrashTest {
    private static final String NETWORK = TestNode.network("1.1.0", "");

    /** Not an exception: nobody catches it to undo anything, as nobody would after a real crash. */
    private static final class Crash extends Error {
        Crash(FaultPoint point) {
            super("crash at " + point);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isCompletedOrUndoneByTheNextStart(FaultPoint point) {
        AtomicReference<FaultPoint> armed = new AtomicReference<>();
        FaultPoint.Listener faults = reached -> {
            if (reached == armed.get()) {
                throw new Crash(reached);
            }
        };
        try (TestNode node = TestNode.start("", faults)) {
            boolean adding = point.name().startsWith("ADD");
            node.add("bystander");
            node.makeNamespace("victim");
            if (!adding) {
                node.add("victim");
            }
            armed.set(point);
            assertThatThrownBy(() -> node.ask(node.variables(adding ? "ADD" : "DEL", "victim"), NETWORK))
                    .isInstanceOf(Crash.class);
            node.stop();
            node.startAgain();

            boolean survives = point == FaultPoint.ADD_DONE;
            assertThat(node.agent().node().view().attachments()).hasSize(survives ? 2 : 1);
            assertThat(node.records()).isEqualTo(survives ? 2 : 1);
            assertThat(node.run("victim", "ip", "link", "show", "eth0")).isEqualTo(survives);
            assertThat(node.pings("bystander", "172.30.1.2")).isTrue();
            assertThat(node.agent().node().view().freeAddresses()).isEqualTo(252 - (survives ? 2 : 1));
            node.add("victim");
            assertThat(node.pings("victim", "10.1.1.2")).isTrue();
            assertThat(node.agent().node().view().attachments().stream().map(Attachment::address))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void anAddOutlivesTheNameOfItsNamespace() {
        AtomicReference<TestNode> running = new AtomicReference<>();
        FaultPoint.Listener faults = reached -> {
            if (reached == FaultPoint.ADD_RECORDED) {
                running.get().deleteNamespace("a");
            }
        };
        try (TestNode node = TestNode.start("", faults)) {
            running.set(node);
            node.makeNamespace("a");
            CniHandler.Answer added = node.ask(node.variables("ADD", "a"), NETWORK);
            assertThat(added.status()).as(added.text()).isZero();
            assertThat(node.agent().node().resync("test"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("test/a is lost");
            assertThat(node.ask(node.variables("DEL", "a"), NETWORK).status()).isZero();
            assertThat(node.records()).isZero();
        }
    }

    @Test
    void podsKeepTheirNetworkOverARestart() {
        try (TestNode node = TestNode.start()) {
            String first = node.add("a");
            node.add("b");
            node.stop();
            assertThat(node.output("a", "ip", "addr", "show", "eth0")).contains("10.1.1.2/32");
            node.startAgain();
            assertThat(node.pings("a", "10.1.1.3")).isTrue();
            assertThat(node.pings("host", "10.1.1.2")).isTrue();
            assertThat(node.add("a")).isEqualTo(first);
            assertThat(node.add("c")).contains("10.1.1.4/32");
            assertThat(node.agent().node().history().events().getFirst().outcome())
                    .isEqualTo("everything was in order");
        }
    }

    @Test
    void aPodWhoseNamespaceIsGoneIsLostAndKeepsItsAddressUntilItIsDeleted() {
        try (TestNode node = TestNode.start()) {
            node.add("a");
            node.stop();
            node.deleteNamespace("a");
            node.startAgain();
            assertThat(node.agent().node().view().lost()).hasSize(1);
            assertThat(node.add("b")).contains("10.1.1.3/32");
            CniHandler.Answer answer = node.ask(node.variables("DEL", "a"), NETWORK);
            assertThat(answer.status()).isZero();
            assertThat(node.agent().node().view().lost()).isEmpty();
        }
    }

    @Test
    void whatWasBrokenMeanwhileIsRepaired() {
        try (TestNode node = TestNode.start()) {
            node.add("a");
            node.stop();
            node.run("a", "ip", "route", "flush", "dev", "eth0");
            node.run("host", "ip", "link", "set", "vpp1", "down");
            node.startAgain();
            assertThat(node.agent().node().history().events().getFirst().outcome())
                    .contains("route to 0.0.0.0/0 is missing", "vpp1 is down");
            assertThat(node.pings("a", "172.30.1.2")).isTrue();
        }
    }

    @Test
    void oneAgentOnlyRunsOnAStateDirectory() {
        try (TestNode node = TestNode.start()) {
            assertThatThrownBy(() -> node.startAgain())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another agent is running");
        }
    }

    @Test
    void aRecordThatCannotBeUnderstoodAndOneThatConflictsStopTheStart() throws IOException {
        try (TestNode node = TestNode.start()) {
            node.add("a");
            node.stop();
            Path records = node.directory().resolve("state/attachments");
            Path record;
            try (Stream<Path> files = Files.list(records)) {
                record = files.findFirst().orElseThrow();
            }
            Path twin = records.resolve("twin@eth0.json");
            Files.writeString(twin, Files.readString(record).replace(node.containerId("a"), "twin"));
            assertThatThrownBy(node::startAgain).hasMessageContaining("10.1.1.2 is claimed by");
            Files.writeString(twin, "{}");
            assertThatThrownBy(node::startAgain).hasMessageContaining("twin@eth0.json cannot be understood");
            Files.delete(twin);
            Files.writeString(records.resolve("half@eth0.json.new"), "{");
            node.startAgain();
            assertThat(node.records()).isEqualTo(1);
        }
    }
}
