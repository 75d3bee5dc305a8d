// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.dataplane.NatSwitch.CLIENT_IP;
import static io.tapline.dataplane.NatSwitch.FIRST_IP;
import static io.tapline.dataplane.NatSwitch.NODE_IP;
import static io.tapline.dataplane.NatSwitch.REMOTE_IP;
import static io.tapline.dataplane.NatSwitch.SECOND_IP;
import static io.tapline.dataplane.NatSwitch.VIP;
import static io.tapline.dataplane.NatSwitch.backend;
import static io.tapline.dataplane.NatSwitch.mappings;
import static io.tapline.dataplane.NatSwitch.service;
import static io.tapline.dataplane.NatSwitch.tcp;
import static io.tapline.dataplane.NatSwitch.udp;
import static io.tapline.dataplane.NatSwitch.withSourceNat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.NatMappingUse.BackendUse;
import io.tapline.dataplane.NatSessionView.Kind;
import io.tapline.dataplane.NatSessionView.State;
import io.tapline.dataplane.NatSessionView.Tuple;
import io.tapline.dataplane.SwitchUsage.Table;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.SourceNat;
import io.tapline.dataplane.table.NatCounts.Count;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators can ask of NAT44: sessions, counts, how full it is. */
class NatViewTest {
    private static final NatMapping WEB = service(
                    Ipv4.PROTOCOL_TCP, backend(FIRST_IP).withOrigin("pod shop/web-1"))
            .withOrigin("service shop/web port http");
    private static final NatMapping DNS = service(Ipv4.PROTOCOL_UDP, backend(FIRST_IP));

    private final NatSwitch node = new NatSwitch(withSourceNat(WEB, DNS));

    @AfterEach
    void close() {
        node.close();
    }

    private <T> T ask(CompletableFuture<T> asked) {
        node.run();
        return asked.join();
    }

    private List<NatSessionView> all() {
        List<NatSessionView> all = new ArrayList<>();
        for (int from = 0; from != Page.END; ) {
            Page<NatSessionView> page = ask(node.vswitch.natSessions(from));
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(Page.RECORDS);
            all.addAll(page.entries());
            from = page.next();
        }
        return all;
    }

    private void connect(int port) {
        node.passOne(node.client, tcp(CLIENT_IP, port, VIP, 80, Tcp.SYN).bytes(), node.first);
    }

    private static Tuple tuple(String source, int sourcePort, String destination, int destinationPort) {
        return new Tuple(IpAddress.parse(source), sourcePort, IpAddress.parse(destination), destinationPort, 0);
    }

    @Test
    void listsAConnectionToAServiceFromItsBeginningToItsEnd() {
        connect(40_000);
        node.advanceSeconds(5);
        NatSessionView opening = all().getFirst();
        assertThat(opening.kind()).isEqualTo(Kind.BALANCED);
        assertThat(opening.protocol()).isEqualTo(Ipv4.PROTOCOL_TCP);
        assertThat(opening.outside()).isEqualTo(tuple(CLIENT_IP, 40_000, VIP, 80));
        assertThat(opening.inside()).isEqualTo(tuple(FIRST_IP, 8080, CLIENT_IP, 40_000));
        assertThat(opening.interfaceName()).isEqualTo("client");
        assertThat(opening.state()).isEqualTo(State.TCP_OPENING);
        assertThat(opening.leftSeconds()).isEqualTo(235);
        assertThat(opening.origin()).isEqualTo("service shop/web port http");
        assertThat(opening.mapping()).contains(WEB);
        assertThat(opening.backend())
                .hasValueSatisfying(backend -> assertThat(backend.origin()).isEqualTo("pod shop/web-1"));

        node.passOne(
                node.first,
                tcp(FIRST_IP, 8080, CLIENT_IP, 40_000, Tcp.SYN | Tcp.ACK).bytes(),
                node.client);
        node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        node.advanceSeconds(2);
        NatSessionView established = all().getFirst();
        assertThat(established.number()).isEqualTo(opening.number());
        assertThat(established.state()).isEqualTo(State.TCP_ESTABLISHED);
        assertThat(established.ageSeconds()).isEqualTo(7);
        assertThat(established.idleSeconds()).isEqualTo(2);

        node.passOne(
                node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.FIN | Tcp.ACK).bytes(), node.first);
        assertThat(all()).extracting(NatSessionView::state).containsExactly(State.TCP_CLOSING);
        node.advanceSeconds(241);
        assertThat(all()).isEmpty();
    }

    @Test
    void listsSourceNatAndWhatWasLeftAlone() {
        node.passOne(node.client, udp(CLIENT_IP, 5000, REMOTE_IP, 53).bytes(), node.uplink);
        node.passOne(node.client, udp(CLIENT_IP, 5000, FIRST_IP, 8080).bytes(), node.first);
        assertThat(all()).extracting(NatSessionView::kind).containsExactly(Kind.SOURCE, Kind.UNTRANSLATED);
        NatSessionView source = all().getFirst();
        assertThat(source.inside()).isEqualTo(tuple(CLIENT_IP, 5000, REMOTE_IP, 53));
        assertThat(source.outside().destination()).isEqualTo(IpAddress.parse(NODE_IP));
        assertThat(source.state()).isEqualTo(State.UDP);
        assertThat(source.mapping()).isEmpty();
        assertThat(source.backend()).isEmpty();
    }

    @Test
    void readsABigTablePartByPart() {
        for (int port = 1; port <= 1500; port++) {
            connect(port);
        }
        assertThat(all()).hasSize(1500).extracting(NatSessionView::number).doesNotHaveDuplicates();
        assertThatThrownBy(() -> node.vswitch.natSessions(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("begin with 0");
    }

    private Count countOf(String backend) {
        return node.vswitch.natMappings().stream()
                .filter(use -> use.mapping().protocol() == Ipv4.PROTOCOL_TCP)
                .flatMap(use -> use.backends().stream())
                .filter(use -> use.backend().address().equals(IpAddress.parse(backend)))
                .map(BackendUse::count)
                .findFirst()
                .orElse(Count.NONE);
    }

    @Test
    void countsWhatEachBackendServes() {
        connect(40_000);
        connect(40_001);
        byte[] answer =
                tcp(FIRST_IP, 8080, CLIENT_IP, 40_000, Tcp.SYN | Tcp.ACK).bytes();
        node.passOne(node.first, answer, node.client);
        node.passOne(node.client, udp(CLIENT_IP, 5000, VIP, 80).bytes(), node.first);
        assertThat(countOf(FIRST_IP)).isEqualTo(new Count(2, 2, 3, 3L * answer.length));
        assertThat(node.vswitch.natMappings())
                .extracting(use -> use.count().sessionsMade())
                .containsExactly(2L, 1L);

        node.apply(mappings(DNS, WEB.withBackends(List.of(backend(SECOND_IP), backend(FIRST_IP)))));
        node.run();
        assertThat(countOf(FIRST_IP)).as("with another backend beside it").isEqualTo(new Count(2, 2, 3, 162));
        assertThat(countOf(SECOND_IP)).isEqualTo(Count.NONE);

        node.apply(mappings(DNS, WEB.withBackends(List.of(backend(SECOND_IP)))));
        node.apply(mappings(DNS, WEB.withBackends(List.of(backend(FIRST_IP)))));
        node.run();
        assertThat(countOf(FIRST_IP)).as("after it was gone").isEqualTo(Count.NONE);
        connect(40_000);
        assertThat(countOf(FIRST_IP).sessions()).isEqualTo(1);
    }

    @Test
    void anotherOwnersCountsAreNotAnAnswer() {
        connect(40_000);
        node.vswitch.apply(NatSwitch.config(mappings(DNS, WEB.withBackends(List.of(backend(SECOND_IP))))));
        assertThat(countOf(SECOND_IP)).as("before the worker has taken over").isEqualTo(Count.NONE);
    }

    @Test
    void saysHowFullTheTablesAreAndWhoFillsThem() {
        connect(40_000);
        node.passOne(node.client, udp(CLIENT_IP, 5000, REMOTE_IP, 53).bytes(), node.uplink);
        SwitchUsage usage = ask(node.vswitch.usage());
        assertThat(usage.tables()).hasSize(Table.values().length);
        assertThat(usage.table(Table.NAT_SESSIONS).used()).isEqualTo(2);
        assertThat(usage.table(Table.NAT_SESSIONS).capacity()).isEqualTo(4096);
        assertThat(usage.interfaces()).singleElement().satisfies(use -> {
            assertThat(use.name()).isEqualTo("client");
            assertThat(use.natSessions()).isEqualTo(2);
            assertThat(use.sharedConnections()).isEqualTo(1);
        });
        assertThat(usage.addresses()).singleElement().satisfies(use -> {
            assertThat(use.address()).isEqualTo(IpAddress.parse(NODE_IP));
            assertThat(use.ports()).isEqualTo(64_512);
            assertThat(use.sessions()).isEqualTo(1);
        });
        assertThat(usage.warnings()).isEmpty();
    }

    @Test
    void warnsBeforeATableIsFull() {
        NatLimits few = new NatLimits(10, 8, 16, 1);
        try (NatSwitch small = new NatSwitch(mappings(WEB, DNS), SwitchLimits.SMALL.withNat(few))) {
            for (int port = 1; port <= 8; port++) {
                small.client.put(udp(CLIENT_IP, port, VIP, 80).bytes());
            }
            small.run();
            CompletableFuture<SwitchUsage> asked = small.vswitch.usage();
            small.run();
            assertThat(asked.join().warnings())
                    .containsExactly(
                            "NAT sessions: 8 of 10 in use; most by client: 8",
                            "client: 8 of its 8 NAT sessions in use");
        }
    }

    @Test
    void warnsOfPortsThatRunShortNamingWhoHasMost() {
        SourceNat narrow =
                new SourceNat("uplink", List.of(IpAddress.parse(NODE_IP)), new PortRange(1024, 1123), List.of());
        NatConfig config = withSourceNat(WEB, DNS);
        node.apply(config.withSourceNats(List.of(narrow), config.identities()));
        for (int port = 1; port <= 60; port++) {
            node.passOne(node.first, udp(FIRST_IP, port, REMOTE_IP, 53).bytes(), node.uplink);
        }
        assertThat(ask(node.vswitch.usage()).warnings()).as("at 60 %").isEmpty();
        for (int port = 1; port <= 50; port++) {
            node.pass(node.client, udp(CLIENT_IP, port, REMOTE_IP, 53).bytes(), node.uplink);
        }
        SwitchUsage usage = ask(node.vswitch.usage());
        assertThat(node.vswitch.counters().drops(DropReason.NAT_OUT_OF_PORTS)).isEqualTo(10);
        assertThat(usage.shortage()).hasValueSatisfying(shortage -> {
            assertThat(shortage.remotePort()).isEqualTo(53);
            assertThat(shortage.count()).isGreaterThan(10);
        });
        assertThat(usage.warnings())
                .containsExactly(
                        "ports of 192.168.16.1 to 8.8.8.8:53 ran short 0 s ago for client;" + " most by first: 60");
        node.advanceSeconds(SwitchUsage.WARN_SECONDS);
        assertThat(ask(node.vswitch.usage()).warnings()).as("a while later").isEmpty();
    }

    @Test
    void listsNeighboursFoundAndSought() {
        try (TestSwitch other = new TestSwitch()) {
            other.reachesServer(TestSwitch.udp("10.1.1.2", 5000, "172.30.1.2", 53));
            CompletableFuture<Page<NeighborView>> asked = other.vswitch.neighbors(0);
            other.run();
            assertThat(asked.join().next()).isEqualTo(Page.END);
            assertThat(asked.join().entries())
                    .containsExactly(new NeighborView(
                            TestSwitch.HOST, "tap0", IpAddress.parse("172.30.1.2"), false, 0, 0, 1, 1));
            other.host.put(io.tapline.testkit.Packets.arpReply()
                    .srcMac(TestSwitch.HOST_MAC)
                    .dstMac(TestSwitch.SWITCH_MAC)
                    .sender(TestSwitch.HOST_MAC, "172.30.1.2")
                    .target(TestSwitch.SWITCH_MAC, "172.30.1.1")
                    .bytes());
            other.run();
            other.advanceSeconds(3);
            asked = other.vswitch.neighbors(0);
            other.run();
            assertThat(asked.join().entries())
                    .containsExactly(new NeighborView(
                            TestSwitch.HOST,
                            "tap0",
                            IpAddress.parse("172.30.1.2"),
                            true,
                            io.tapline.wire.MacAddress.parse(TestSwitch.HOST_MAC),
                            3,
                            0,
                            0));
        }
    }
}
