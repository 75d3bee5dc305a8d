// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import com.sun.management.ThreadMXBean;
import io.tapline.bench.Spread;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.dataplane.graph.Graph;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole chain in memory on one thread: client port -&gt; reflective ACL -&gt; NAT44 -&gt; lookup -&gt; rewrite
 * -&gt; ACL -&gt; server port, and the replies back, with minimum-size frames of established flows.
 */
final class ChainBenchmark implements AutoCloseable {
    private static final int CLIENT = 1;
    private static final int SERVER = 2;
    private static final int REFLECTION = 0;
    private static final int SERVER_TABLE = 1;
    private static final int CLIENT_TABLE = 2;
    private static final int HALF_VECTOR = Graph.VECTOR_FRAMES / 2;
    private static final long CLIENT_MAC = 0x02fe_0000_0001L;
    private static final long SERVER_MAC = 0x02fe_0000_0002L;
    private static final int SERVER_PORT = 8080;
    private static final int DENY_RULES = 10;
    private static final int FIRST_SERVICE = IpAddress.parseIpv4("10.96.0.1");
    private static final int SERVICE_PORT = 80;

    private final FlowGenerator.Load load;
    private final Switch vswitch;
    private final FlowGenerator client;
    private final FlowGenerator server;

    /** With {@code services} load-balanced services, through the first of which the packets go; 0: straight. */
    ChainBenchmark(FlowGenerator.Load load, int services) {
        this.load = load;
        int sessions = Math.max(4096, load.flows() * 3);
        vswitch = new Switch(
                new SwitchLimits(15, 1024, 1, sessions, AclSessions.Timeouts.DEFAULT, 16, 16), System::nanoTime);
        int clientBase = IpAddress.parseIpv4("10.1.0.0");
        int serverAddress = IpAddress.parseIpv4("10.2.1.5");
        client = services == 0
                ? new FlowGenerator(CLIENT_MAC, clientBase, serverAddress, SERVER_PORT, false, load)
                : new FlowGenerator(CLIENT_MAC, clientBase, FIRST_SERVICE, SERVICE_PORT, false, load);
        server = new FlowGenerator(SERVER_MAC, clientBase, serverAddress, SERVER_PORT, true, load);
        vswitch.apply(config(services));
        vswitch.attach(CLIENT, client);
        vswitch.attach(SERVER, server);
    }

    private static SwitchConfig config(int services) {
        IpPrefix clients = IpPrefix.parse("10.1.0.0/16");
        IpPrefix serverHost = IpPrefix.parse("10.2.1.5/32");
        List<InterfaceConfig> interfaces = List.of(
                InterfaceConfig.of(CLIENT, "client", CLIENT_MAC, IpPrefix.parse("192.168.1.1/24"))
                        .withAcls(List.of(REFLECTION), List.of(CLIENT_TABLE))
                        .withNat(NatRole.OUTSIDE),
                InterfaceConfig.of(SERVER, "server", SERVER_MAC, IpPrefix.parse("192.168.2.1/24"))
                        .withAcls(List.of(REFLECTION), List.of(SERVER_TABLE))
                        .withNat(NatRole.BOTH));
        List<RouteConfig> routes = List.of(
                RouteConfig.forward(0, clients, NextHop.via("client", IpAddress.parse("192.168.1.2"))),
                RouteConfig.forward(0, serverHost, NextHop.via("server", IpAddress.parse("192.168.2.2"))));
        List<NeighborConfig> neighbors = List.of(
                NeighborConfig.of("client", IpAddress.parse("192.168.1.2"), 0x02fe_0000_0011L),
                NeighborConfig.of("server", IpAddress.parse("192.168.2.2"), 0x02fe_0000_0012L));
        return new SwitchConfig(interfaces, routes, neighbors, acls(clients), nat(services), List.of(), 0);
    }

    /** Each service has two backends, of which one drains, so that all packets find the server. */
    private static NatConfig nat(int services) {
        List<NatBackend> backends = List.of(
                NatBackend.of(IpAddress.parse("10.2.1.5"), SERVER_PORT),
                NatBackend.of(IpAddress.parse("10.2.1.6"), SERVER_PORT).drained());
        List<NatMapping> mappings = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            IpAddress address = IpAddress.ofIpv4(FIRST_SERVICE + i);
            mappings.add(NatMapping.of(address, SERVICE_PORT, Ipv4.PROTOCOL_TCP, backends));
            mappings.add(NatMapping.of(address, SERVICE_PORT, Ipv4.PROTOCOL_UDP, backends));
        }
        return new NatConfig(true).withMappings(mappings);
    }

    /** A handful of rules that do not match before the one that does, as a pod with some policies has. */
    private static List<AclConfig> acls(IpPrefix clients) {
        AclRule reflect = AclRule.any(AclAction.PERMIT_REFLECT, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4);
        List<AclRule> table = new ArrayList<>();
        for (int i = 0; i < DENY_RULES; i++) {
            IpPrefix other = new IpPrefix(IpAddress.ofIpv4((11 << 24) | i), 32);
            table.add(AclRule.toPorts(AclAction.PERMIT, other, IpPrefix.ANY_IPV4, Ipv4.PROTOCOL_TCP, PortRange.of(80)));
        }
        table.add(AclRule.any(AclAction.PERMIT, clients, IpPrefix.ANY_IPV4));
        return List.of(
                new AclConfig(REFLECTION, "reflection", List.of(reflect)),
                new AclConfig(SERVER_TABLE, "server", table),
                new AclConfig(CLIENT_TABLE, "client", List.of()));
    }

    /** Measures {@code rounds} rounds of about {@code packetsPerRound} packets after a warm-up of the same length. */
    ChainResult run(int rounds, long packetsPerRound) {
        establish();
        for (int i = 0; i < 3; i++) {
            round(packetsPerRound);
            generate(packetsPerRound);
        }
        double[] chain = new double[rounds];
        double[] generator = new double[rounds];
        long allocated = 0;
        for (int i = 0; i < rounds; i++) {
            long before = allocatedBytes();
            long start = System.nanoTime();
            long packets = round(packetsPerRound);
            chain[i] = (double) (System.nanoTime() - start) / packets;
            allocated += allocatedBytes() - before;
            start = System.nanoTime();
            packets = generate(packetsPerRound);
            generator[i] = (double) (System.nanoTime() - start) / packets;
        }
        return new ChainResult(
                load.protocol() == Ipv4.PROTOCOL_TCP ? "tcp" : "udp",
                load.flows(),
                rounds,
                packetsPerRound,
                Spread.ofCosts(chain),
                Spread.ofCosts(generator),
                (double) allocated / (rounds * packetsPerRound),
                nodeNanos());
    }

    /** Time per frame of each node that saw any, in the order of the graph; the switch times one vector in 64. */
    private Map<String, Double> nodeNanos() {
        Map<String, Double> nanos = new LinkedHashMap<>();
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            if (vswitch.counters().nodeFrames(node) > 0) {
                nanos.put(NodeIndex.name(node), vswitch.counters().nodeNanosPerFrame(node));
            }
        }
        return nanos;
    }

    /** Sets every flow up in both directions, so that the rounds measure established ones. */
    private void establish() {
        int[] clientFlags = {Tcp.SYN, Tcp.ACK};
        int[] serverFlags = {Tcp.SYN | Tcp.ACK, Tcp.ACK};
        for (int step = 0; step < clientFlags.length; step++) {
            client.rewind();
            server.rewind();
            client.tcpFlags(clientFlags[step]);
            server.tcpFlags(serverFlags[step]);
            long until = vswitch.counters().framesReceived() + 2L * load.flows();
            while (vswitch.counters().framesReceived() < until) {
                vswitch.beginRound();
                vswitch.poll(CLIENT, HALF_VECTOR);
                vswitch.dispatch();
                vswitch.beginRound();
                vswitch.poll(SERVER, HALF_VECTOR);
                vswitch.dispatch();
            }
        }
        long lost = vswitch.counters().drops();
        if (lost > 0 || vswitch.counters().framesSent() != vswitch.counters().framesReceived()) {
            throw new IllegalStateException("the benchmark's packets do not pass: " + lost + " were dropped");
        }
    }

    private long round(long packets) {
        long count = 0;
        while (count < packets) {
            vswitch.beginRound();
            count += vswitch.poll(CLIENT, HALF_VECTOR);
            count += vswitch.poll(SERVER, HALF_VECTOR);
            vswitch.dispatch();
        }
        return count;
    }

    /** What the generator costs by itself: making the packets and giving the memory back. */
    private long generate(long packets) {
        long[] frames = new long[Graph.VECTOR_FRAMES];
        long count = 0;
        try (FramePool pool = new FramePool(1024, 1)) {
            while (count < packets) {
                int made = client.receive(pool, frames, 0, HALF_VECTOR);
                made += server.receive(pool, frames, made, HALF_VECTOR);
                pool.free(frames, made);
                count += made;
            }
        }
        return count;
    }

    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }

    @Override
    public void close() {
        vswitch.close();
    }
}
