// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import static io.tapline.dataplane.NatSwitch.CLIENT_IP;
import static io.tapline.dataplane.NatSwitch.FIRST_IP;
import static io.tapline.dataplane.NatSwitch.HIDDEN_IP;
import static io.tapline.dataplane.NatSwitch.SECOND_IP;
import static io.tapline.dataplane.NatSwitch.VIP;
import static io.tapline.dataplane.NatSwitch.backend;
import static io.tapline.dataplane.NatSwitch.mappings;
import static io.tapline.dataplane.NatSwitch.service;
import static io.tapline.dataplane.NatSwitch.tcp;
import static io.tapline.dataplane.NatSwitch.udp;
import static io.tapline.testkit.FrameAssert.assertFrame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.Counters.NatCounter;
import io.tapline.dataplane.config.ConfigException;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mappings: what connections to a service meet. */
class NatTest {
    private static final NatMapping TCP_TO_FIRST = service(Ipv4.PROTOCOL_TCP, backend(FIRST_IP));
    private static final NatMapping UDP_TO_FIRST = service(Ipv4.PROTOCOL_UDP, backend(FIRST_IP));

    private final NatSwitch node = new NatSwitch(mappings(TCP_TO_FIRST, UDP_TO_FIRST));

    @AfterEach
    void close() {
        node.close();
    }

    private byte[] connect(int port) {
        return node.passOne(node.client, tcp(CLIENT_IP, port, VIP, 80, Tcp.SYN).bytes(), node.first);
    }

    private byte[] answer(int port, int flags) {
        return node.passOne(
                node.first, tcp(FIRST_IP, 8080, CLIENT_IP, port, flags).bytes(), node.client);
    }

    @Test
    void translatesAConnectionAndItsAnswers() {
        assertFrame(connect(40_000))
                .ipv4()
                .src(CLIENT_IP)
                .dst(FIRST_IP)
                .ttl(63)
                .checksumOk()
                .tcp()
                .srcPort(40_000)
                .dstPort(8080)
                .checksumOk();
        assertFrame(answer(40_000, Tcp.SYN | Tcp.ACK))
                .ipv4()
                .src(VIP)
                .dst(CLIENT_IP)
                .checksumOk()
                .tcp()
                .srcPort(80)
                .dstPort(40_000)
                .checksumOk();
        assertThat(node.sessions()).isEqualTo(1);
        assertThat(node.vswitch.counters().nat(NatCounter.SESSION_ADDED)).isEqualTo(1);
    }

    @Test
    void leavesTheConnectionsOfABackendAlone() {
        byte[] out = node.passOne(
                node.first, tcp(FIRST_IP, 8080, CLIENT_IP, 9000, Tcp.SYN).bytes(), node.client);
        assertFrame(out).ipv4().src(FIRST_IP).tcp().srcPort(8080).checksumOk();
        byte[] back = node.passOne(
                node.client,
                tcp(CLIENT_IP, 9000, FIRST_IP, 8080, Tcp.SYN | Tcp.ACK).bytes(),
                node.first);
        assertFrame(back).ipv4().dst(FIRST_IP).tcp().srcPort(9000).checksumOk();
    }

    @Test
    void keepsADirectConnectionApartFromOneByTheService() {
        node.passOne(
                node.client, tcp(CLIENT_IP, 40_000, FIRST_IP, 8080, Tcp.SYN).bytes(), node.first);
        byte[] translated = connect(40_000);
        int port = ((translated[34] & 0xff) << 8) | (translated[35] & 0xff);
        assertThat(port).as("source port of the second connection").isNotEqualTo(40_000);
        assertFrame(answer(40_000, Tcp.SYN | Tcp.ACK))
                .ipv4()
                .src(FIRST_IP)
                .tcp()
                .srcPort(8080);
        assertFrame(answer(port, Tcp.SYN | Tcp.ACK))
                .ipv4()
                .src(VIP)
                .dst(CLIENT_IP)
                .tcp()
                .srcPort(80)
                .dstPort(40_000)
                .checksumOk();
    }

    @Test
    void translatesUdpAndNeverZeroesItsChecksum() {
        byte[] out = node.passOne(node.client, udp(CLIENT_IP, 5000, VIP, 80).bytes(), node.first);
        assertFrame(out).ipv4().dst(FIRST_IP).udp().dstPort(8080).checksumOk();
        byte[] none = node.passOne(
                node.client, udp(CLIENT_IP, 5001, VIP, 80).noChecksum().bytes(), node.first);
        assertFrame(none).ipv4().dst(FIRST_IP).udp().dstPort(8080).noChecksum();
    }

    @Test
    void writesAUdpChecksumOfZeroAsAllOnes() {
        byte[] asTranslated =
                udp(CLIENT_IP, 5000, FIRST_IP, 8080).payload(new byte[2]).bytes();
        // With its own checksum as payload the sum of the translated datagram is all ones, and its checksum 0.
        byte[] payload = Arrays.copyOfRange(asTranslated, 40, 42);
        byte[] out = node.passOne(
                node.client, udp(CLIENT_IP, 5000, VIP, 80).payload(payload).bytes(), node.first);
        assertThat(Arrays.copyOfRange(out, 40, 42)).isEqualTo(new byte[] {-1, -1});
        assertFrame(out).ipv4().dst(FIRST_IP).udp().checksumOk();
    }

    @Test
    void updatesAChecksumThatIsStillToBeCompleted() {
        var builder = tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.SYN | Tcp.ACK).partialChecksum();
        byte[] withHeader = builder.vnetBytes();
        byte[] header = Arrays.copyOf(withHeader, 12);
        node.client.put(header, Arrays.copyOfRange(withHeader, 12, withHeader.length));
        node.run();
        assertFrame(node.first.take().getFirst())
                .ipv4()
                .dst(FIRST_IP)
                .checksumOk()
                .tcp()
                .dstPort(8080)
                .checksumPartial();
    }

    @Test
    void keepsADamagedChecksumDamaged() {
        byte[] out = node.passOne(
                node.client,
                tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.SYN).badChecksum().bytes(),
                node.first);
        assertFrame(out).ipv4().checksumOk().tcp().checksumBad();
    }

    @Test
    void letsAPodReachItselfByItsService() {
        byte[] out =
                node.passOne(node.first, tcp(FIRST_IP, 40_000, VIP, 80, Tcp.SYN).bytes(), node.first);
        assertFrame(out)
                .ipv4()
                .src(HIDDEN_IP)
                .dst(FIRST_IP)
                .checksumOk()
                .tcp()
                .dstPort(8080)
                .checksumOk();
        int port = ((out[34] & 0xff) << 8) | (out[35] & 0xff);
        byte[] back = node.passOne(
                node.first,
                tcp(FIRST_IP, 8080, HIDDEN_IP, port, Tcp.SYN | Tcp.ACK).bytes(),
                node.first);
        assertFrame(back)
                .ipv4()
                .src(VIP)
                .dst(FIRST_IP)
                .checksumOk()
                .tcp()
                .srcPort(80)
                .dstPort(40_000)
                .checksumOk();
    }

    @Test
    void refusesConnectionsToAServiceWithoutBackends() {
        node.apply(mappings(service(Ipv4.PROTOCOL_TCP), service(Ipv4.PROTOCOL_UDP)));
        byte[] reset = node.passOne(
                node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.SYN).seq(7).bytes(), node.client);
        assertFrame(reset)
                .ipv4()
                .src(VIP)
                .dst(CLIENT_IP)
                .checksumOk()
                .tcp()
                .srcPort(80)
                .dstPort(40_000)
                .flags(Tcp.RST | Tcp.ACK)
                .seq(0)
                .ack(8)
                .checksumOk();
        byte[] error = node.passOne(node.client, udp(CLIENT_IP, 5000, VIP, 80).bytes(), node.client);
        assertFrame(error)
                .ipv4()
                .icmp()
                .type(Icmpv4.UNREACHABLE)
                .code(Icmpv4.CODE_PORT_UNREACHABLE)
                .checksumOk()
                .quoted()
                .dst(VIP)
                .ports(5000, 80);
        assertThat(node.vswitch.counters().drops(DropReason.NAT_NO_BACKEND)).isEqualTo(2);
        assertThat(node.sessions()).isZero();
    }

    @Test
    void neverAnswersAResetWithAReset() {
        node.apply(mappings(service(Ipv4.PROTOCOL_TCP)));
        byte[] reset = tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.RST).bytes();
        assertThat(node.pass(node.client, reset, node.client)).isEmpty();
    }

    @Test
    void restoresAnErrorOfTheBackend() {
        byte[] question =
                node.passOne(node.client, udp(CLIENT_IP, 5000, VIP, 80).bytes(), node.first);
        byte[] error = io.tapline.testkit.Packets.icmp(Icmpv4.UNREACHABLE, Icmpv4.CODE_PORT_UNREACHABLE)
                .srcMac(NatSwitch.PEER_MAC)
                .dstMac(NatSwitch.SWITCH_MAC)
                .src(FIRST_IP)
                .dst(CLIENT_IP)
                .quote(question, 28)
                .bytes();
        assertFrame(node.passOne(node.first, error, node.client))
                .ipv4()
                .src(VIP)
                .dst(CLIENT_IP)
                .checksumOk()
                .icmp()
                .type(Icmpv4.UNREACHABLE)
                .checksumOk()
                .quoted()
                .src(CLIENT_IP)
                .dst(VIP)
                .checksumOk()
                .ports(5000, 80);
    }

    @Test
    void quotesWhatTheClientSentInErrorsOfItsOwn() {
        byte[] dying = tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.SYN).ttl(1).bytes();
        assertFrame(node.passOne(node.client, dying, node.client))
                .ipv4()
                .src("10.1.1.1")
                .dst(CLIENT_IP)
                .icmp()
                .type(Icmpv4.TIME_EXCEEDED)
                .checksumOk()
                .quoted()
                .src(CLIENT_IP)
                .dst(VIP)
                .checksumOk()
                .ports(40_000, 80);
    }

    @Test
    void endsOnlyTheSessionsOfABackendThatLeaves() {
        NatMapping both = service(Ipv4.PROTOCOL_TCP, backend(FIRST_IP), backend(SECOND_IP));
        node.apply(mappings(both));
        for (int port = 1; port <= 200; port++) {
            node.client.put(tcp(CLIENT_IP, port, VIP, 80, Tcp.SYN).bytes());
        }
        node.run();
        int toFirst = node.first.take().size();
        int toSecond = node.second.take().size();
        assertThat(toFirst).isBetween(60, 140);
        assertThat(toFirst + toSecond).isEqualTo(200);
        node.apply(mappings(both.withBackends(List.of(backend(SECOND_IP)))));
        node.run();
        assertThat(node.sessions()).isEqualTo(toSecond);
        assertThat(node.vswitch.counters().nat(NatCounter.SESSION_REVOKED)).isEqualTo(toFirst);
        for (int port = 1; port <= 200; port++) {
            node.client.put(tcp(CLIENT_IP, port, VIP, 80, Tcp.ACK).bytes());
        }
        node.run();
        assertThat(node.second.take()).hasSize(200);
    }

    @Test
    void aFlowThatWasLeftAloneStaysAloneWhileNothingIsMapped() {
        NatTimeouts short30 = new NatTimeouts(30, 1000, 60, 5, 10);
        node.apply(mappings(UDP_TO_FIRST).withTimeouts(short30));
        byte[] direct = udp(CLIENT_IP, 5000, FIRST_IP, 8080).bytes();
        node.passOne(node.client, direct, node.first);
        assertThat(node.sessions()).isEqualTo(1);
        node.apply(mappings().withTimeouts(short30));
        for (int i = 0; i < 4; i++) {
            node.advanceSeconds(20);
            node.passOne(node.client, direct, node.first);
        }
        assertThat(node.sessions()).as("alive by its packets").isEqualTo(1);
    }

    @Test
    void drainsTcpAndEndsUdp() {
        node.passOne(node.client, udp(CLIENT_IP, 5000, VIP, 80).bytes(), node.first);
        connect(40_000);
        node.apply(mappings(
                service(Ipv4.PROTOCOL_TCP, backend(FIRST_IP).drained(), backend(SECOND_IP)),
                service(Ipv4.PROTOCOL_UDP, backend(FIRST_IP).drained(), backend(SECOND_IP))));
        node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        node.passOne(node.client, udp(CLIENT_IP, 5000, VIP, 80).bytes(), node.second);
        node.passOne(node.client, tcp(CLIENT_IP, 40_001, VIP, 80, Tcp.SYN).bytes(), node.second);
    }

    @Test
    void keepsAClientWithItsBackend() {
        NatMapping sticky = service(Ipv4.PROTOCOL_TCP, backend(FIRST_IP), backend(SECOND_IP))
                .withAffinity(100);
        node.apply(mappings(sticky));
        for (int port = 1; port <= 50; port++) {
            node.client.put(tcp(CLIENT_IP, port, VIP, 80, Tcp.SYN).bytes());
        }
        node.run();
        int toFirst = node.first.take().size();
        assertThat(toFirst).isIn(0, 50);
        String other = toFirst == 0 ? FIRST_IP : SECOND_IP;
        node.apply(mappings(sticky.withBackends(List.of(backend(other)))));
        node.passOne(
                node.client, tcp(CLIENT_IP, 60, VIP, 80, Tcp.SYN).bytes(), toFirst == 0 ? node.first : node.second);
        node.advanceSeconds(160);
        assertThat(node.vswitch.nat().affinity().size()).isZero();
    }

    @Test
    void sessionsEndWithTheirTimeouts() {
        node.apply(mappings(TCP_TO_FIRST, UDP_TO_FIRST).withTimeouts(new NatTimeouts(30, 1000, 60, 5, 10)));
        node.passOne(node.client, udp(CLIENT_IP, 5000, VIP, 80).bytes(), node.first);
        connect(40_000);
        answer(40_000, Tcp.SYN | Tcp.ACK);
        node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        connect(40_001);
        assertThat(node.sessions()).isEqualTo(3);
        node.advanceSeconds(31);
        assertThat(node.sessions()).isEqualTo(2);
        node.advanceSeconds(30);
        assertThat(node.sessions()).isEqualTo(1);
        node.advanceSeconds(940);
        assertThat(node.sessions()).isZero();
        assertThat(node.vswitch.counters().nat(NatCounter.SESSION_EXPIRED)).isEqualTo(3);
    }

    @Test
    void aConnectionThatBothSidesFinishEndsSoonAfter() {
        connect(40_000);
        answer(40_000, Tcp.SYN | Tcp.ACK);
        node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        node.passOne(
                node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.FIN | Tcp.ACK).bytes(), node.first);
        answer(40_000, Tcp.FIN | Tcp.ACK);
        node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        answer(40_000, Tcp.FIN | Tcp.ACK);
        node.advanceSeconds(11);
        assertThat(node.sessions()).isZero();
    }

    @Test
    void aForgedResetDoesNotEndAConnection() {
        connect(40_000);
        answer(40_000, Tcp.SYN | Tcp.ACK);
        node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        node.passOne(node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.RST).bytes(), node.first);
        answer(40_000, Tcp.ACK);
        node.advanceSeconds(3600);
        assertThat(node.sessions()).isEqualTo(1);
    }

    @Test
    void aNewConnectionTakesThePlaceOfAFinishedOne() {
        connect(40_000);
        node.passOne(
                node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.FIN | Tcp.ACK).bytes(), node.first);
        connect(40_000);
        assertThat(node.sessions()).isEqualTo(1);
        assertThat(node.vswitch.counters().nat(NatCounter.SESSION_ADDED)).isEqualTo(2);
    }

    @Test
    void withoutForwardingOnlyMappingsPass() {
        node.apply(new NatConfig(false).withMappings(List.of(TCP_TO_FIRST)));
        byte[] direct = tcp(CLIENT_IP, 40_000, SECOND_IP, 8080, Tcp.SYN).bytes();
        assertThat(node.pass(node.client, direct, node.second)).isEmpty();
        assertThat(node.vswitch.counters().drops(DropReason.NAT_NO_TRANSLATION)).isEqualTo(1);
        connect(40_000);
        answer(40_000, Tcp.SYN | Tcp.ACK);
    }

    @Test
    void hidesClientsWhereAMappingSaysSo() {
        node.apply(mappings(TCP_TO_FIRST.withTwiceNat(NatMapping.TwiceNat.ALWAYS)));
        byte[] out = connect(40_000);
        assertFrame(out).ipv4().src(HIDDEN_IP).dst(FIRST_IP).tcp().dstPort(8080).checksumOk();
        int port = ((out[34] & 0xff) << 8) | (out[35] & 0xff);
        byte[] back = node.passOne(
                node.first,
                tcp(FIRST_IP, 8080, HIDDEN_IP, port, Tcp.SYN | Tcp.ACK).bytes(),
                node.client);
        assertFrame(back)
                .ipv4()
                .src(VIP)
                .dst(CLIENT_IP)
                .tcp()
                .srcPort(80)
                .dstPort(40_000)
                .checksumOk();
    }

    @Test
    void acceptsAllowedSourcesOnly() {
        IpPrefix client = IpPrefix.parse(CLIENT_IP + "/32");
        node.apply(mappings(TCP_TO_FIRST.withAllowedSources(List.of(client))));
        connect(40_000);
        byte[] other = tcp(SECOND_IP, 40_000, VIP, 80, Tcp.SYN).bytes();
        assertThat(node.pass(node.second, other, node.first)).isEmpty();
        assertThat(node.vswitch.counters().drops(DropReason.NAT_SOURCE_NOT_ALLOWED))
                .isEqualTo(1);
    }

    @Test
    void offersEachSideItsOwnBackends() {
        NatMapping inside = TCP_TO_FIRST.withAudience(NatMapping.Audience.INTERNAL);
        NatMapping outside = service(Ipv4.PROTOCOL_TCP, backend(SECOND_IP)).withAudience(NatMapping.Audience.EXTERNAL);
        node.apply(mappings(inside, outside));
        byte[] external = node.passOne(
                node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.SYN).bytes(), node.second);
        assertFrame(external).ipv4().src(CLIENT_IP).dst(SECOND_IP);
        byte[] internal = node.passOne(
                node.second, tcp(SECOND_IP, 40_000, VIP, 80, Tcp.SYN).bytes(), node.first);
        assertFrame(internal).ipv4().src(SECOND_IP).dst(FIRST_IP);
        node.apply(mappings(inside, outside.withBackends(List.of()).withoutBackends(NatMapping.WithoutBackends.DROP)));
        node.passOne(node.second, tcp(SECOND_IP, 40_000, VIP, 80, Tcp.ACK).bytes(), node.first);
        byte[] refused = tcp(CLIENT_IP, 40_001, VIP, 80, Tcp.SYN).bytes();
        assertThat(node.pass(node.client, refused, node.client)).isEmpty();
    }

    @Test
    void hidesClientsFromOneBackend() {
        node.apply(mappings(service(Ipv4.PROTOCOL_TCP, backend(FIRST_IP).withHiddenClient())));
        assertFrame(connect(40_000)).ipv4().src(HIDDEN_IP).dst(FIRST_IP);
    }

    @Test
    void hidesClientsFromBackendsBehindTheirOwnInterface() {
        NatMapping outside = service(Ipv4.PROTOCOL_TCP, backend("9.9.9.9")).withTwiceNat(NatMapping.TwiceNat.HAIRPIN);
        node.apply(mappings(outside));
        byte[] back = node.passOne(
                node.uplink, tcp(NatSwitch.REMOTE_IP, 40_000, VIP, 80, Tcp.SYN).bytes(), node.uplink);
        assertFrame(back).ipv4().src(HIDDEN_IP).dst("9.9.9.9");
        byte[] out = node.passOne(
                node.client, tcp(CLIENT_IP, 40_000, VIP, 80, Tcp.SYN).bytes(), node.uplink);
        assertFrame(out).ipv4().src(CLIENT_IP).dst("9.9.9.9");

        node.apply(mappings(TCP_TO_FIRST.withTwiceNat(NatMapping.TwiceNat.HAIRPIN)));
        assertFrame(connect(40_001)).ipv4().src(CLIENT_IP).dst(FIRST_IP);
        byte[] itself =
                node.passOne(node.first, tcp(FIRST_IP, 40_001, VIP, 80, Tcp.SYN).bytes(), node.first);
        assertFrame(itself).ipv4().src(HIDDEN_IP).dst(FIRST_IP);
    }

    @Test
    void refusesContradictoryConfigurations() {
        assertThatThrownBy(() -> node.apply(mappings(TCP_TO_FIRST.withOrigin("a"), TCP_TO_FIRST.withOrigin("b"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("10.96.0.10:80/tcp")
                .hasMessageContaining("'a' and 'b'");
        NatMapping hiding = TCP_TO_FIRST.withTwiceNat(NatMapping.TwiceNat.ALWAYS);
        assertThatThrownBy(() -> node.apply(new NatConfig(true).withMappings(List.of(hiding))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("twice-NAT pool is empty");
        assertThatThrownBy(() -> service(Ipv4.PROTOCOL_TCP, backend(FIRST_IP), backend(FIRST_IP)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listed twice");
        connect(40_000);
    }
}
