// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import io.tapline.bench.Delay;
import io.tapline.bench.Machine;
import java.io.PrintWriter;
import java.util.Locale;

/** The results as text. */
final class NatReport {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int MIB_SHIFT = 20;

    private NatReport() {}

    static void print(Machine machine, NatCommand.Results results, PrintWriter out) {
        PlanBenchmark.Result plan = results.plan();
        out.println(machine.text());
        out.printf(
                Locale.ROOT,
                "%n%,d services: in force after %.0f ms (on the processor %.0f, of which planning %.0f)%n",
                plan.services(),
                plan.coldMillis(),
                plan.coldBusyMillis(),
                plan.coldPlanMillis());
        out.println("                                  median       p99       max   ms");
        print("one endpoint's change in force", plan.change(), out);
        print("  on the processor", plan.changeBusy(), out);
        print("  of which the worker's", plan.takeOver(), out);
        out.printf(Locale.ROOT, "%,.0f bytes allocated per change%n", plan.allocatedBytesPerChange());
        out.printf(
                Locale.ROOT,
                "%n%,d connections, ns on the processor each; generator included%n",
                results.connections().getFirst().sessions());
        out.println(
                "services   begin: best   median   per second   end: best   median   allocated   table, resident MiB");
        for (SessionBenchmark.Result result : results.connections()) {
            out.printf(
                    Locale.ROOT,
                    "%,8d   %11.0f   %6.0f   %,10.0f   %9.0f   %6.0f   %9.3f   %d, %d%n",
                    result.services(),
                    result.beginNanos().best(),
                    result.beginNanos().median(),
                    NANOS_PER_SECOND / result.beginNanos().median(),
                    result.endNanos().best(),
                    result.endNanos().median(),
                    result.allocatedBytesPerSession(),
                    result.tableBytes() >> MIB_SHIFT,
                    result.residentBytes() >> MIB_SHIFT);
        }
        out.flush();
    }

    private static void print(String what, Delay delay, PrintWriter out) {
        out.printf(Locale.ROOT, "%-30s %9.3f %9.3f %9.3f%n", what, delay.median(), delay.p99(), delay.max());
    }
}
