// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.jmh;

import io.tapline.dataplane.table.Adjacencies;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Region;
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

/** What a router changes in a packet: TTL with its checksum, and the Ethernet header; a vector of frames. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@OperationsPerInvocation(RewriteBenchmark.VECTOR)
public class RewriteBenchmark {
    static final int VECTOR = 256;

    private static final int SLOT_BYTES = 2048;
    private static final int TTL = 255;
    private static final long MAC = 0x02fe_0a01_0102L;

    /** How far apart the frames are; 64 is as dense as they can be. */
    @Param({"64", "2048"})
    int distance;

    private final Region region = Region.allocate("rewrite benchmark", (long) VECTOR * SLOT_BYTES);
    private final long high = Adjacencies.rewriteHigh(2, MAC);

    /** A packet per slot. */
    @Setup
    public void fill() {
        for (int i = 0; i < VECTOR; i++) {
            long ethernet = region.address() + (long) i * distance;
            Ethernet.write(ethernet, MAC, 2, Ethernet.TYPE_IPV4);
            Ipv4.write(ethernet + Ethernet.HEADER_BYTES, 46, TTL, Ipv4.PROTOCOL_UDP, i, ~i);
        }
    }

    /** Lets the TTL run round: the arithmetic is the same. */
    @Benchmark
    public long rewrite() {
        for (int i = 0; i < VECTOR; i++) {
            long ethernet = region.address() + (long) i * distance;
            Ipv4.decrementTtl(ethernet + Ethernet.HEADER_BYTES);
            Memory.putI64(ethernet, high);
            Memory.putI32(ethernet + 8, (int) MAC);
            Memory.putU16(ethernet + 12, Ethernet.TYPE_IPV4);
        }
        return region.address();
    }
}
