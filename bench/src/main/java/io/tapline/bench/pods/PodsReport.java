// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.pods;

import io.tapline.bench.Delay;
import io.tapline.bench.Machine;
import java.io.PrintWriter;
import java.util.Locale;

/** The results as text. */
final class PodsReport {
    private static final int MIB_SHIFT = 20;

    private PodsReport() {}

    static void print(Machine machine, PodsCommand.Results results, PrintWriter out) {
        out.println(machine.text());
        out.println("\nADD over the socket, one by one      best   median      p99      max   ms");
        print("just started", results.justStarted(), out);
        results.warm().ifPresent(delay -> print("after many others", delay, out));
        PodsCommand.Restart restart = results.restart();
        out.printf(
                Locale.ROOT,
                "%n%d ADDs at once: all done in %.0f ms%n"
                        + "kill -9 and start with %d pods: ready after %.0f ms, JVM included; %s%n"
                        + "idle: %.1f %% of a core; resident %d MiB%n",
                results.atOnce(),
                results.atOnceMillis(),
                results.pods(),
                restart.millis(),
                restart.said(),
                results.idlePercent(),
                results.residentBytes() >> MIB_SHIFT);
        out.printf(
                Locale.ROOT,
                "ADD as a process: median %.1f ms",
                results.process().median());
        results.bridge()
                .ifPresentOrElse(
                        theirs -> out.printf(
                                Locale.ROOT,
                                "; Debian's bridge with host-local %.1f ms; ratio %.1f%n",
                                theirs.median(),
                                results.process().median() / theirs.median()),
                        () -> out.println("; not compared: /usr/lib/cni/bridge is missing"
                                + " (package containernetworking-plugins)"));
        out.flush();
    }

    private static void print(String what, Delay delay, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  %-28s %9.1f %8.1f %8.1f %8.1f%n",
                what,
                delay.best(),
                delay.median(),
                delay.p99(),
                delay.max());
    }
}
