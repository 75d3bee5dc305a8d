// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.bench.Spread;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.graph.Graph;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The first packets of permitted connections, in memory on one thread: client port -&gt; access list, which makes a
 * session -&gt; lookup -&gt; rewrite -&gt; server port. When there are as many sessions as are wanted, time runs until
 * all have ended, and they begin again.
 */
final class FirstPackets {
    private static final int CLIENT = 1;
    private static final int SERVER = 2;
    private static final int LIST = 1;
    private static final long CLIENT_MAC = 0x02fe_0000_0001L;
    private static final long SERVER_MAC = 0x02fe_0000_0002L;
    private static final int CONNECTIONS = 100_000;
    private static final int LONGEST = 10_000;
    private static final int ROUNDS = 7;
    private static final int WARM_UP = 3;
    private static final long STEP_NANOS = 10_000_000L;

    private final Switch vswitch;
    private final PeerConnections client;
    private long nowNanos = STEP_NANOS;

    /**
     * Figures of one list.
     *
     * @param list its length
     * @param nanos what the first packet of a connection takes, from port to port, its making included
     */
    record Result(String list, Spread nanos) {}

    private FirstPackets(List<AclRule> rules) {
        // One interface may have half of all sessions while there are no others.
        SwitchLimits limits = new SwitchLimits(15, 1024, 1, 2 * CONNECTIONS, AclSessions.Timeouts.DEFAULT, 16, 16);
        vswitch = new Switch(limits, () -> nowNanos);
        vswitch.apply(config(rules));
        client = new PeerConnections(CLIENT_MAC, peers());
        vswitch.attach(CLIENT, client);
        vswitch.attach(SERVER, new PeerConnections(SERVER_MAC, new long[1]));
    }

    /** With lists of different lengths, which take turns, so that what else the machine does falls on all alike. */
    static List<Result> all() {
        int[] counts = {1, 100, LONGEST};
        double[][] nanos = new double[counts.length][ROUNDS];
        List<FirstPackets> lists = IntStream.of(counts)
                .mapToObj(count -> new FirstPackets(ListMatch.policies(count)))
                .toList();
        try {
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                for (int i = 0; i < counts.length; i++) {
                    nanos[i][Math.max(0, round)] = lists.get(i).round();
                }
            }
        } finally {
            lists.forEach(FirstPackets::close);
        }
        return IntStream.range(0, counts.length)
                .mapToObj(i -> new Result(name(counts[i]), Spread.ofCosts(nanos[i])))
                .toList();
    }

    private static String name(int rules) {
        return rules == 1 ? "1 rule" : String.format(Locale.ROOT, "%,d rules", rules);
    }

    /** The peers of the longest list: the same for all lists, whose last rules permit whom the others do not name. */
    private static long[] peers() {
        return ListMatch.policies(LONGEST).stream()
                .limit(LONGEST - 1)
                .mapToLong(rule -> (long) rule.source().address().ipv4() << 32
                        | rule.destinationPorts().first())
                .toArray();
    }

    private static SwitchConfig config(List<AclRule> rules) {
        List<AclRule> reflecting = rules.stream()
                .map(rule -> rule.withAction(AclAction.PERMIT_REFLECT))
                .toList();
        IpAddress next = IpAddress.parse("192.168.2.2");
        List<InterfaceConfig> interfaces = List.of(
                InterfaceConfig.of(CLIENT, "client", CLIENT_MAC, IpPrefix.parse("192.168.1.1/24"))
                        .withAcls(List.of(LIST), List.of()),
                InterfaceConfig.of(SERVER, "server", SERVER_MAC, IpPrefix.parse("192.168.2.1/24")));
        return new SwitchConfig(
                interfaces,
                List.of(RouteConfig.forward(0, IpPrefix.parse("10.2.0.0/16"), NextHop.via("server", next))),
                List.of(NeighborConfig.of("server", next, 0x02fe_0000_0012L)),
                List.of(new AclConfig(LIST, "policies", reflecting)),
                new NatConfig(true),
                List.of(),
                0);
    }

    /** Lets the connections begin and end; what the beginning of each took. */
    private double round() {
        long start = System.nanoTime();
        begin();
        double nanos = (double) (System.nanoTime() - start) / CONNECTIONS;
        end();
        return nanos;
    }

    private void begin() {
        client.rewind();
        for (int left = CONNECTIONS; left > 0; ) {
            vswitch.beginRound();
            left -= vswitch.poll(CLIENT, Math.min(left, Graph.VECTOR_FRAMES));
            vswitch.dispatch();
        }
        int made = vswitch.sessions().table().size();
        if (made != CONNECTIONS || vswitch.counters().drops() > 0) {
            throw new IllegalStateException("the benchmark's packets made " + made + " sessions instead of "
                    + CONNECTIONS + "; " + vswitch.counters().drops() + " were dropped");
        }
    }

    private void end() {
        nowNanos += 1_000_000_000L * AclSessions.Timeouts.DEFAULT.tcpTransient();
        while (vswitch.sessions().table().size() > 0) {
            nowNanos += STEP_NANOS;
            vswitch.beginRound();
            vswitch.dispatch();
        }
    }

    private void close() {
        vswitch.close();
    }
}
