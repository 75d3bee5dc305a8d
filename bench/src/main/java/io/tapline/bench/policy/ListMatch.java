// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.bench.Spread;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the rules of an access list cost the first packet of a flow, by their number: random headers of which a quarter
 * match a rule for a peer and the rest only the last rule, which denies.
 */
final class ListMatch {
    private static final int HEADERS = 1 << 16;
    private static final int ROUNDS = 9;
    private static final int MATCHES = 100_000;
    private static final int SLOW_MATCHES = 10_000;
    private static final long SEED = 42;

    private ListMatch() {}

    /**
     * Figures of one list.
     *
     * @param list its length and kind
     * @param nanos what a match takes
     * @param compileMillis what compiling it takes, the median
     * @param bytes of the compiled form
     */
    record Result(String list, Spread nanos, double compileMillis, long bytes) {}

    /** Short and long ones, and the worst. */
    static List<Result> all() {
        for (int rules : List.of(1, 100, 10_000)) {
            run("", policies(rules), MATCHES); // until the code is compiled for all of them
        }
        return List.of(
                run("1 rule", policies(1), MATCHES),
                run("100 rules", policies(100), MATCHES),
                run("10,000 rules", policies(10_000), MATCHES),
                run("10,000 that nest", adversarial(10_000), SLOW_MATCHES));
    }

    /** As a planner makes them: pods, some address blocks, a few ports, and at last a deny. */
    static List<AclRule> policies(int count) {
        List<AclRule> rules = new ArrayList<>();
        for (int i = 0; i < count - 1; i++) {
            boolean block = i % 20 == 19;
            IpPrefix peer =
                    new IpPrefix(IpAddress.ofIpv4(block ? 0xac10_0000 + (i << 8) : 0x0a01_0000 + i), block ? 24 : 32);
            rules.add(AclRule.toPorts(
                    AclAction.PERMIT, peer.network(), IpPrefix.ANY_IPV4, Ipv4.PROTOCOL_TCP, PortRange.of(80 + i % 7)));
        }
        rules.add(AclRule.any(AclAction.DENY, IpPrefix.ANY_IPV4, IpPrefix.ANY_IPV4));
        return rules;
    }

    /** Prefixes that nest as deep as they can, with ranges of both ports: what hurts most. */
    static List<AclRule> adversarial(int count) {
        List<AclRule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            IpPrefix source = new IpPrefix(IpAddress.ofIpv4(0x0a01_0001), i % 33).network();
            IpPrefix destination = new IpPrefix(IpAddress.ofIpv4(0x0a01_0001), i / 33 % 33).network();
            rules.add(new AclRule(
                    AclAction.PERMIT,
                    source,
                    destination,
                    Ipv4.PROTOCOL_TCP,
                    new PortRange(i, i + 100),
                    new PortRange(i * 3, i * 3 + 100),
                    io.tapline.dataplane.config.Origin.NONE,
                    ""));
        }
        return rules;
    }

    private static Result run(String name, List<AclRule> rules, int matches) {
        List<AclConfig> lists = List.of(new AclConfig(1, "list", rules));
        double[] compile = new double[ROUNDS];
        CompiledAcl acl = new CompiledAcl(lists);
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            acl = new CompiledAcl(lists);
            compile[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(compile);
        Spread nanos = Spread.ofCosts(match(acl, headers(rules), matches));
        return new Result(name, nanos, compile[ROUNDS / 2], acl.byteSize());
    }

    private static long[] headers(List<AclRule> rules) {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] headers = new long[HEADERS];
        for (int i = 0; i < HEADERS; i++) {
            AclRule rule = rules.get(random.nextInt(rules.size()));
            boolean hits = random.nextInt(4) == 0;
            int source = hits ? rule.source().address().ipv4() : 0x0a01_0000 + random.nextInt(1 << 20);
            int port = hits ? rule.destinationPorts().first() : random.nextInt(1 << 16);
            headers[i] = (long) source << 32 | port;
        }
        return headers;
    }

    private static double[] match(CompiledAcl acl, long[] headers, int matches) {
        double[] nanos = new double[ROUNDS];
        long sum = 0;
        for (int round = -3; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < matches; i++) {
                long header = headers[i & HEADERS - 1];
                int ports = (40_000 << 16) | ((int) header & 0xffff);
                sum += acl.matchIp4((int) (header >>> 32), 0x0a01_0001, Ipv4.PROTOCOL_TCP, ports, true);
            }
            if (round >= 0) {
                nanos[round] = (double) (System.nanoTime() - start) / matches;
            }
        }
        // The sum is asked for, so that the matches cannot be left out.
        if (sum == Long.MIN_VALUE) {
            throw new IllegalStateException("impossible sum");
        }
        return nanos;
    }
}
