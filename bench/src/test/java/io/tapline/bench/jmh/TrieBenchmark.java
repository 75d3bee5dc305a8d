// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.jmh;

import io.tapline.dataplane.table.Ip4Trie;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Longest-prefix match among host routes of pods and the subnets of other nodes, over addresses all about. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@OperationsPerInvocation(TrieBenchmark.VECTOR)
public class TrieBenchmark {
    static final int VECTOR = 256;

    private static final int STRIDE = 0x9e37_79b1;
    private static final int CLUSTER = 0x0a01_0000;
    private static final int PODS = 110;

    @Param({"10", "250"})
    int nodes;

    private Ip4Trie trie = new Ip4Trie(Map.of());
    private int position;

    /** Node 0 is this one, with a route per pod. */
    @Setup
    public void build() {
        Map<IpPrefix, Integer> routes = new HashMap<>();
        for (int node = 1; node < nodes; node++) {
            routes.put(new IpPrefix(IpAddress.ofIpv4(CLUSTER + (node << 8)), 24), node);
        }
        for (int pod = 0; pod < PODS; pod++) {
            routes.put(IpPrefix.host(IpAddress.ofIpv4(CLUSTER + pod)), nodes + pod);
        }
        trie = new Ip4Trie(routes);
    }

    /** A vector of addresses of the cluster. */
    @Benchmark
    public int lookup() {
        int sum = 0;
        for (int i = 0; i < VECTOR; i++) {
            position += STRIDE;
            sum += trie.lookup(CLUSTER | position >>> 16);
        }
        return sum;
    }
}
