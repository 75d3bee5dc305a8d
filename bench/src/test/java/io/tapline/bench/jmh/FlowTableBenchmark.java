// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.jmh;

import io.tapline.dataplane.table.FlowTable;
import io.tapline.wire.Ipv4;
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

/** Lookups of sessions that exist, a vector at a time as the access lists do it, in an order that looks random. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@OperationsPerInvocation(FlowTableBenchmark.VECTOR)
public class FlowTableBenchmark {
    static final int VECTOR = 256;

    private static final int STRIDE = 0x9e37_79b1;
    private static final int LISTS = 3;
    private static final int PORT = 8080;

    /** Powers of two, for the order of lookups. */
    @Param({"1", "16384", "131072", "1048576"})
    int flows;

    private final long destination = FlowTable.ip4Word(0x0a02_0105);
    private final int[] hashes = new int[VECTOR];
    private final long[] sources = new long[VECTOR];
    private FlowTable table = new FlowTable("benchmark", 1, LISTS);
    private final long tuple = FlowTable.ip4Tuple(1024, PORT, Ipv4.PROTOCOL_TCP, 1);
    private int position;

    /** Adds all flows. */
    @Setup
    public void fill() {
        table.close();
        table = new FlowTable("benchmark", flows, LISTS);
        for (int i = 0; i < flows; i++) {
            long source = source(i);
            int hash = FlowTable.hashIp4(source, destination, tuple);
            if (table.add(hash, 0, source, 0, destination, tuple) == FlowTable.NONE) {
                throw new IllegalStateException("the table is full after " + i + " flows");
            }
        }
    }

    /** Hash all, touch all slots, then find all. */
    @Benchmark
    public int inPasses() {
        nextVector();
        long touched = 0;
        for (int i = 0; i < VECTOR; i++) {
            hashes[i] = FlowTable.hashIp4(sources[i], destination, tuple);
        }
        for (int i = 0; i < VECTOR; i++) {
            touched += table.touch(hashes[i]);
        }
        int sum = (int) touched;
        for (int i = 0; i < VECTOR; i++) {
            sum += table.findIp4(hashes[i], sources[i], destination, tuple);
        }
        return sum;
    }

    /** The same, packet by packet. */
    @Benchmark
    public int oneByOne() {
        nextVector();
        int sum = 0;
        for (int i = 0; i < VECTOR; i++) {
            sum += table.findIp4(FlowTable.hashIp4(sources[i], destination, tuple), sources[i], destination, tuple);
        }
        return sum;
    }

    private void nextVector() {
        for (int i = 0; i < VECTOR; i++) {
            position += STRIDE;
            sources[i] = source(position & flows - 1);
        }
    }

    private static long source(int flow) {
        return FlowTable.ip4Word(0x0a01_0000 + flow);
    }
}
