// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import io.tapline.bench.Machine;
import io.tapline.bench.PacketSource;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The results as a table. */
final class ChainReport {
    private static final double NANOS_PER_MICRO = 1000;

    private ChainReport() {}

    static void print(Machine machine, List<ChainResult> results, PrintWriter out) {
        ChainResult first = results.getFirst();
        out.println(machine.text());
        out.printf(
                Locale.ROOT,
                "%d-byte %s frames, one thread, %d rounds of %d packets; ns per packet, generator included%n%n",
                PacketSource.FRAME_BYTES,
                first.protocol(),
                first.rounds(),
                first.packetsPerRound());
        out.println("  flows     best   median   Mpps   generator alone   allocated bytes");
        for (ChainResult result : results) {
            out.printf(
                    Locale.ROOT,
                    "%7s   %6.1f   %6.1f   %4.1f   %6.1f / %6.1f   %15.4f%n",
                    FlowCounts.text(result.flows()),
                    result.nanosPerPacket().best(),
                    result.nanosPerPacket().median(),
                    NANOS_PER_MICRO / result.nanosPerPacket().median(),
                    result.generatorNanosPerPacket().best(),
                    result.generatorNanosPerPacket().median(),
                    result.allocatedBytesPerPacket());
        }
        printNodes(results, out);
        out.flush();
    }

    private static void printNodes(List<ChainResult> results, PrintWriter out) {
        out.printf("%nns per packet of each node, mean with warm-up%n%n%-24s", "");
        results.forEach(result -> out.printf("%8s", FlowCounts.text(result.flows())));
        out.println();
        for (String node : results.getFirst().nodeNanosPerPacket().keySet()) {
            out.printf("%-24s", node);
            for (ChainResult result : results) {
                out.printf(Locale.ROOT, "%8.1f", result.nodeNanosPerPacket().getOrDefault(node, 0.0));
            }
            out.println();
        }
    }
}
