// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.jmh;

import io.tapline.wire.Checksum;
import io.tapline.wire.Memory;
import io.tapline.wire.Region;
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

/** Full Internet checksums of one packet, and the update for an address that changes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
public class ChecksumBenchmark {
    private static final int MAX_BYTES = 65536;

    @Param({"20", "64", "1460", "65495"})
    int bytes;

    private final Region region = Region.allocate("checksum benchmark", MAX_BYTES);
    private int checksum = 0x1234;
    private int address = 0x0a01_0203;

    /** Bytes of every value. */
    @Setup
    public void fill() {
        for (int i = 0; i < MAX_BYTES; i++) {
            Memory.putU8(region.address() + i, i * 31);
        }
    }

    /** All bytes. */
    @Benchmark
    public int full() {
        return Checksum.finish(Checksum.sum(region.address(), bytes, 0));
    }

    /** RFC 1624, whatever the length. */
    @Benchmark
    public int update() {
        checksum = Checksum.update32(checksum, address, address + 1);
        address++;
        return checksum;
    }
}
