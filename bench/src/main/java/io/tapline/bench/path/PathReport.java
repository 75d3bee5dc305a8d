// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import io.tapline.bench.Machine;
import io.tapline.bench.Spread;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The results as a table. */
final class PathReport {
    private PathReport() {}

    static void print(Machine machine, List<PathResult> results, PrintWriter out) {
        out.println(machine.text());
        out.println("best / median of the rounds; both ends and the switch share this machine's processors");
        out.println();
        out.printf("%-31s %17s %17s %17s %18s%n", "", "veth", "bridge", "tapline", "tapline : bridge");
        for (PathResult result : results) {
            int decimals = result.metric().decimals();
            out.printf(
                    "%-31s %17s %17s %17s %18s%n",
                    result.metric().label(),
                    pair(result.veth(), decimals),
                    pair(result.bridge(), decimals),
                    pair(result.tapline(), decimals),
                    pair(result.taplineToBridge(), 2));
        }
        out.flush();
    }

    private static String pair(Spread spread, int decimals) {
        String form = "%." + decimals + "f";
        return String.format(Locale.ROOT, form + " / " + form, spread.best(), spread.median());
    }
}
