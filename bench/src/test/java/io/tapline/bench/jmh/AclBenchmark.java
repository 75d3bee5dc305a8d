// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.jmh;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import io.tapline.wire.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The first packet of a session: access lists in which the last rule matches, or none. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
public class AclBenchmark {
    private static final int PORT = 80;
    private static final int PEERS = 0x0b00_0000;
    private static final int POD = 0x0a01_0102;

    @Param({"1", "10", "100", "1000"})
    int rules;

    private CompiledAcl lists = new CompiledAcl(List.of());
    private int port;

    /** One rule per peer, as a policy with many peers is rendered. */
    @Setup
    public void compile() {
        List<AclRule> list = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            IpPrefix peer = IpPrefix.host(IpAddress.ofIpv4(PEERS + i));
            list.add(AclRule.toPorts(
                    AclAction.PERMIT_REFLECT, peer, IpPrefix.ANY_IPV4, Ipv4.PROTOCOL_TCP, PortRange.of(PORT)));
        }
        lists = new CompiledAcl(List.of(new AclConfig(1, "benchmark", list)));
    }

    /** The last rule. */
    @Benchmark
    public int lastMatches() {
        return match(PEERS + rules - 1);
    }

    /** No rule. */
    @Benchmark
    public int noneMatches() {
        return match(PEERS + rules);
    }

    private int match(int source) {
        port = port + 1 & 0x7fff;
        return lists.matchIp4(source, POD, Ipv4.PROTOCOL_TCP, port << 16 | PORT, true);
    }
}
