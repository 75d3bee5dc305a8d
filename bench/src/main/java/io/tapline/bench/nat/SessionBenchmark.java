// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import com.sun.management.ThreadMXBean;
import io.tapline.bench.Spread;
import io.tapline.dataplane.NatLimits;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatRole;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.graph.Graph;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The first packets of connections to services, in memory on one thread: client port -&gt; NAT44 -&gt; lookup -&gt;
 * rewrite -&gt; server port, without access lists. Each makes a session; when there are as many as are wanted, time
 * runs until all have ended, and they begin again.
 */
final class SessionBenchmark implements AutoCloseable {
    private static final int CLIENT = 1;
    private static final int SERVER = 2;
    private static final long CLIENT_MAC = 0x02fe_0000_0001L;
    private static final long SERVER_MAC = 0x02fe_0000_0002L;
    private static final int FIRST_BACKEND = 0x0a40_0000;
    private static final int PAGE_BYTES = 4096;
    private static final long STEP_NANOS = 10_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int services;
    private final int sessions;
    private final Switch vswitch;
    private final ConnectionGenerator client;
    private long nowNanos = STEP_NANOS;

    /**
     * What connections to so many services cost.
     *
     * @param services how many, visited in turn
     * @param sessions how many connections begin in a round
     * @param beginNanos of the processor for the first packet of each, the generator included
     * @param endNanos of the processor for the end of each by time-out
     * @param allocatedBytesPerSession on the Java heap
     * @param tableBytes memory that is reserved for the table of sessions
     * @param residentBytes by how much the process has grown with the first round
     */
    record Result(
            int services,
            int sessions,
            Spread beginNanos,
            Spread endNanos,
            double allocatedBytesPerSession,
            long tableBytes,
            long residentBytes) {}

    SessionBenchmark(int services, int sessions) {
        this.services = services;
        this.sessions = sessions;
        NatLimits nat = new NatLimits(sessions, sessions, 1, 1);
        vswitch = new Switch(SwitchLimits.SMALL.withNat(nat), () -> nowNanos);
        vswitch.apply(config());
        client = new ConnectionGenerator(CLIENT_MAC, 0x0a01_0002, services);
        vswitch.attach(CLIENT, client);
        vswitch.attach(SERVER, new ConnectionGenerator(SERVER_MAC, 0, 1));
    }

    private SwitchConfig config() {
        IpPrefix clients = IpPrefix.parse("10.1.0.0/16");
        IpPrefix backends = IpPrefix.parse("10.64.0.0/10");
        List<InterfaceConfig> interfaces = List.of(
                InterfaceConfig.of(CLIENT, "client", CLIENT_MAC, IpPrefix.parse("192.168.1.1/24"))
                        .withNat(NatRole.OUTSIDE),
                InterfaceConfig.of(SERVER, "server", SERVER_MAC, IpPrefix.parse("192.168.2.1/24"))
                        .withNat(NatRole.BOTH));
        IpAddress first = IpAddress.parse("192.168.1.2");
        IpAddress second = IpAddress.parse("192.168.2.2");
        List<RouteConfig> routes = List.of(
                RouteConfig.forward(0, clients, NextHop.via("client", first)),
                RouteConfig.forward(0, backends, NextHop.via("server", second)));
        List<NeighborConfig> neighbors = List.of(
                NeighborConfig.of("client", first, 0x02fe_0000_0011L),
                NeighborConfig.of("server", second, 0x02fe_0000_0012L));
        List<NatMapping> mappings = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            IpAddress address = IpAddress.ofIpv4(ServiceCluster.FIRST_ADDRESS + i);
            mappings.add(NatMapping.of(
                    address, ServiceCluster.PORT, Ipv4.PROTOCOL_TCP, List.of(backend(2 * i), backend(2 * i + 1))));
        }
        NatConfig nat = new NatConfig(true).withMappings(mappings);
        return new SwitchConfig(interfaces, routes, neighbors, List.of(), nat, List.of(), 0);
    }

    private static NatBackend backend(int number) {
        return NatBackend.of(IpAddress.ofIpv4(FIRST_BACKEND + number), ServiceCluster.TARGET_PORT);
    }

    /** Measures {@code rounds} rounds after two to warm up. */
    Result run(int rounds) {
        long resident = residentBytes();
        begin();
        resident = residentBytes() - resident;
        end();
        begin();
        end();
        double[] begin = new double[rounds];
        double[] end = new double[rounds];
        long allocated = 0;
        for (int i = 0; i < rounds; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long start = THREADS.getCurrentThreadCpuTime();
            begin();
            begin[i] = (double) (THREADS.getCurrentThreadCpuTime() - start) / sessions;
            start = THREADS.getCurrentThreadCpuTime();
            end();
            end[i] = (double) (THREADS.getCurrentThreadCpuTime() - start) / sessions;
            allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        return new Result(
                services,
                sessions,
                Spread.ofCosts(begin),
                Spread.ofCosts(end),
                (double) allocated / rounds / sessions,
                vswitch.nat().sessions().table().byteSize(),
                resident);
    }

    private void begin() {
        client.rewind();
        for (int left = sessions; left > 0; ) {
            vswitch.beginRound();
            left -= vswitch.poll(CLIENT, Math.min(left, Graph.VECTOR_FRAMES));
            vswitch.dispatch();
        }
        int made = vswitch.nat().sessions().table().size();
        if (made != sessions || vswitch.counters().drops() > 0) {
            throw new IllegalStateException("the benchmark's packets made " + made + " sessions instead of " + sessions
                    + "; " + vswitch.counters().drops() + " were dropped");
        }
    }

    /** Lets time run: the switch ends a thousand sessions in a hundredth of a second. */
    private void end() {
        nowNanos +=
                1_000_000_000L * vswitch.generation().config().nat().timeouts().tcpTransitory();
        while (vswitch.nat().sessions().table().size() > 0) {
            nowNanos += STEP_NANOS;
            vswitch.beginRound();
            vswitch.dispatch();
        }
    }

    private static long residentBytes() {
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        vswitch.close();
    }
}
