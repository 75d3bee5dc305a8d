// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.bench.Delay;
import io.tapline.bench.Machine;
import java.io.PrintWriter;
import java.util.Locale;

/** The results as text. */
final class PolicyReport {
    private static final int MIB_SHIFT = 20;
    private static final int KIB = 1024;

    private PolicyReport() {}

    static void print(Machine machine, PolicyCommand.Results results, PrintWriter out) {
        PolicyBenchmark.Cold cold = results.cold();
        out.println(machine.text());
        out.printf(
                Locale.ROOT,
                "%ncold: plan %.0f ms (on the processor %.0f), compile %.0f ms; %d lists, %,d rules, longest %,d%n",
                cold.planMillis(),
                cold.planBusyMillis(),
                cold.compileMillis(),
                cold.lists(),
                cold.rules(),
                cold.longestList());
        out.printf(
                Locale.ROOT,
                "memory: %d MiB beside the objects, of which %d MiB compiled lists%n",
                cold.heapBytes() >> MIB_SHIFT,
                cold.listBytes() >> MIB_SHIFT);
        out.printf(
                Locale.ROOT,
                "pure planner: %.0f ms, %s%n",
                cold.purePlanMillis(),
                cold.samePlan() ? "the same plan" : "ANOTHER PLAN");
        out.println("\nfirst rule for a packet   best   median   ns   compiled in, ms       KiB");
        for (ListMatch.Result match : results.matches()) {
            out.printf(
                    Locale.ROOT,
                    "%-23s %6.0f   %6.0f %22.1f   %,7d%n",
                    match.list(),
                    match.nanos().best(),
                    match.nanos().median(),
                    match.compileMillis(),
                    (match.bytes() + KIB - 1) / KIB);
        }
        out.println("\nfirst packet, with session   best   median   ns");
        for (FirstPackets.Result first : results.firstPackets()) {
            out.printf(
                    Locale.ROOT,
                    "%-25s %6.0f   %6.0f%n",
                    first.list(),
                    first.nanos().best(),
                    first.nanos().median());
        }
        out.println("\nin force after   median      p99      max   ms   on the processor: median      p99   lists");
        for (PolicyBenchmark.Changes changes : results.changes()) {
            Delay inForce = changes.inForce();
            out.printf(
                    Locale.ROOT,
                    "%-15s %7.2f %8.2f %8.2f %29.2f %8.2f %7.1f%n",
                    changes.what(),
                    inForce.median(),
                    inForce.p99(),
                    inForce.max(),
                    changes.busy().median(),
                    changes.busy().p99(),
                    changes.listsPerChange());
        }
        out.flush();
    }
}
