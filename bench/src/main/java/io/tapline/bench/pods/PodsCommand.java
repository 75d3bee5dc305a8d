// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.pods;

import io.tapline.bench.Machine;
import io.tapline.cli.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline bench pods}. */
@Command(
        name = "pods",
        description = {
            "Attaches pods to an agent in a process of its own: one after the other, just started and when it has"
                    + " done it for a while, a hundred at once, and by the plug-in as a process beside Debian's bridge"
                    + " with host-local.",
            "Then kills the agent, starts it again, and looks at its memory and its processor time when idle.",
            "Needs root; works in namespaces of its own."
        },
        mixinStandardHelpOptions = true)
public final class PodsCommand implements Callable<Integer> {
    private static final int AT_ONCE = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--pods",
            paramLabel = "N",
            defaultValue = "250",
            description = "How many pods, 101 to 252; default ${DEFAULT-VALUE}.")
    private int pods;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "15",
            description = "How often each plug-in is called as a process; default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warm-rounds",
            paramLabel = "N",
            defaultValue = "4",
            description = "How often the pods are deleted and added again before the last time counts; default"
                    + " ${DEFAULT-VALUE}, 0 for not at all.")
    private int warmRounds;

    @Option(
            names = "--idle-seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long the idle agent is watched; default ${DEFAULT-VALUE}.")
    private int idleSeconds;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    PodsCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (pods <= AT_ONCE || pods > 252) {
            throw UserError.usage("--pods " + pods + " is outside 101..252");
        }
        if (!"root".equals(System.getProperty("user.name")) || !Files.exists(Path.of("/dev/net/tun"))) {
            throw UserError.failure("pods need namespaces and TAPs: run it as root, with /dev/net/tun");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.here(spec.commandLine().getParent()).text());
        try (PodsTestbed testbed = PodsTestbed.create(pods)) {
            testbed.startAgent();
            sequential(testbed, out);
            warm(testbed, out);
            atOnce(testbed, out);
            restart(testbed, out);
            idle(testbed, out);
            processes(testbed, out);
            return 0;
        } catch (IOException | ExecutionException e) {
            throw UserError.failure("the measurement failed: " + e.getMessage(), e);
        }
    }

    private void sequential(PodsTestbed testbed, PrintWriter out) throws IOException {
        report("just started", addOneByOne(testbed), out);
    }

    /** The same pods come and go until the agent's code is compiled. */
    private void warm(PodsTestbed testbed, PrintWriter out) throws IOException {
        long[] nanos = {};
        for (int i = 0; i < warmRounds; i++) {
            for (int pod = 0; pod < pods - AT_ONCE; pod++) {
                testbed.delete(pod);
            }
            nanos = addOneByOne(testbed);
        }
        if (nanos.length > 0) {
            report("after " + warmRounds * nanos.length + " others", nanos, out);
        }
    }

    private long[] addOneByOne(PodsTestbed testbed) throws IOException {
        long[] nanos = new long[pods - AT_ONCE];
        for (int i = 0; i < nanos.length; i++) {
            long from = System.nanoTime();
            testbed.add(i);
            nanos[i] = System.nanoTime() - from;
        }
        return nanos;
    }

    private static void report(String when, long[] nanos, PrintWriter out) {
        Arrays.sort(nanos);
        out.printf(
                "ADD over the socket, one after the other, %s: best %.1f ms, median %.1f ms, p99 %.1f ms, of %d%n",
                when,
                nanos[0] / NANOS_PER_MILLI,
                nanos[nanos.length / 2] / NANOS_PER_MILLI,
                nanos[nanos.length * 99 / 100] / NANOS_PER_MILLI,
                nanos.length);
    }

    private void atOnce(PodsTestbed testbed, PrintWriter out) throws InterruptedException, ExecutionException {
        long from = System.nanoTime();
        testbed.addAtOnce(pods - AT_ONCE, pods);
        out.printf("%d ADDs at once: all done in %.0f ms%n", AT_ONCE, (System.nanoTime() - from) / NANOS_PER_MILLI);
    }

    private void restart(PodsTestbed testbed, PrintWriter out) throws IOException, InterruptedException {
        testbed.killAgent();
        long from = System.nanoTime();
        String said = testbed.startAgent();
        out.printf(
                "kill -9 and start with %d pods: ready after %.0f ms, JVM included; %s%n",
                pods, (System.nanoTime() - from) / NANOS_PER_MILLI, said);
    }

    private void idle(PodsTestbed testbed, PrintWriter out) throws IOException, InterruptedException {
        double before = testbed.agentSeconds();
        Thread.sleep(idleSeconds * 1000L);
        double used = testbed.agentSeconds() - before;
        out.printf(
                "idle: %.1f %% of a core over %d s; resident %d MB%n",
                100 * used / idleSeconds, idleSeconds, testbed.agentResidentBytes() >> 20);
    }

    private void processes(PodsTestbed testbed, PrintWriter out) throws IOException, InterruptedException {
        long[] ours = new long[rounds];
        long[] debian = new long[rounds];
        boolean compare = testbed.hasDebianPlugins();
        for (int i = 0; i < rounds; i++) {
            ours[i] = testbed.timeOurPlugin(i);
            debian[i] = compare ? testbed.timeBridge(i) : 0;
        }
        Arrays.sort(ours);
        Arrays.sort(debian);
        double ourMillis = ours[rounds / 2] / NANOS_PER_MILLI;
        out.printf("ADD as a process: median %.1f ms", ourMillis);
        if (compare) {
            double theirs = debian[rounds / 2] / NANOS_PER_MILLI;
            out.printf("; Debian's bridge with host-local %.1f ms; ratio %.1f%n", theirs, ourMillis / theirs);
        } else {
            out.println("; not compared: /usr/lib/cni/bridge is missing (package containernetworking-plugins)");
        }
    }
}
