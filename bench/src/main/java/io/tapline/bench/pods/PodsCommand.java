// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.pods;

import io.tapline.bench.Console;
import io.tapline.bench.Delay;
import io.tapline.bench.Format;
import io.tapline.bench.Json;
import io.tapline.bench.Machine;
import io.tapline.cli.UserError;
import io.tapline.lab.node.HostCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
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
    private static final int MAX_PODS = 252;
    private static final int MAX_ROUNDS = 1000;
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
            defaultValue = "6",
            description = "How often the pods are deleted and added again before the last time counts; default"
                    + " ${DEFAULT-VALUE}, 0 for not at all.")
    private int warmRounds;

    @Option(
            names = "--idle-seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long the idle agent is watched; default ${DEFAULT-VALUE}.")
    private int idleSeconds;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    PodsCommand() {}

    /**
     * All figures.
     *
     * @param pods how many
     * @param justStarted ADDs to an agent that has just started, one after the other
     * @param warm the same pods again, when they have come and gone many times
     * @param atOnce how many are added at once then
     * @param atOnceMillis until the last is done
     * @param restart with all of them
     * @param idlePercent of one processor that the agent takes with nothing to do
     * @param residentBytes of the agent
     * @param process ADD by the plug-in as a process
     * @param bridge the same by Debian's bridge with host-local, if it is there
     */
    record Results(
            int pods,
            Delay justStarted,
            Optional<Delay> warm,
            int atOnce,
            double atOnceMillis,
            Restart restart,
            double idlePercent,
            long residentBytes,
            Delay process,
            Optional<Delay> bridge) {}

    /**
     * A kill and a start.
     *
     * @param millis until it is ready
     * @param said what it says about its start
     */
    record Restart(double millis, String said) {}

    @Override
    public Integer call() throws InterruptedException {
        Console console = new Console(spec);
        console.require("--pods", pods, AT_ONCE + 1, MAX_PODS);
        console.require("--rounds", rounds, 1, MAX_ROUNDS);
        console.require("--warm-rounds", warmRounds, 0, MAX_ROUNDS);
        console.require("--idle-seconds", idleSeconds, 1, MAX_ROUNDS);
        HostCheck.requirePrivileges("the benchmark");
        Machine machine = Machine.here(spec.commandLine());
        PrintWriter out = spec.commandLine().getOut();
        try (PodsTestbed testbed = PodsTestbed.create(pods)) {
            Results results = measure(console, testbed);
            switch (format) {
                case text -> PodsReport.print(machine, results, out);
                case json -> Json.print(machine.document("PodsBenchmark", results), out);
            }
            return 0;
        } catch (IOException | ExecutionException e) {
            throw UserError.failure("the measurement failed: " + e.getMessage(), e);
        }
    }

    private Results measure(Console console, PodsTestbed testbed)
            throws IOException, InterruptedException, ExecutionException {
        testbed.startAgent();
        console.progress("adding pods one by one...");
        Delay justStarted = addOneByOne(testbed);
        Optional<Delay> warm = Optional.empty();
        for (int i = 0; i < warmRounds; i++) {
            for (int pod = 0; pod < pods - AT_ONCE; pod++) {
                testbed.delete(pod);
            }
            warm = Optional.of(addOneByOne(testbed));
        }
        console.progress("adding " + AT_ONCE + " at once...");
        long from = System.nanoTime();
        testbed.addAtOnce(pods - AT_ONCE, pods);
        double atOnceMillis = (System.nanoTime() - from) / NANOS_PER_MILLI;
        console.progress("killing the agent and starting it again...");
        Restart restart = restart(testbed);
        console.progress("watching it for " + idleSeconds + " s...");
        double idle = idlePercent(testbed);
        long resident = testbed.agentResidentBytes();
        console.progress("calling plug-ins as processes...");
        long[] ours = new long[rounds];
        long[] debian = new long[rounds];
        boolean compare = testbed.hasDebianPlugins();
        for (int i = 0; i < rounds; i++) {
            ours[i] = testbed.timeOurPlugin(i);
            debian[i] = compare ? testbed.timeBridge(i) : 0;
        }
        return new Results(
                pods,
                justStarted,
                warm,
                AT_ONCE,
                atOnceMillis,
                restart,
                idle,
                resident,
                Delay.ofNanos(ours),
                compare ? Optional.of(Delay.ofNanos(debian)) : Optional.empty());
    }

    private Delay addOneByOne(PodsTestbed testbed) throws IOException {
        long[] nanos = new long[pods - AT_ONCE];
        for (int i = 0; i < nanos.length; i++) {
            long from = System.nanoTime();
            testbed.add(i);
            nanos[i] = System.nanoTime() - from;
        }
        return Delay.ofNanos(nanos);
    }

    private static Restart restart(PodsTestbed testbed) throws IOException {
        testbed.killAgent();
        long from = System.nanoTime();
        String said = testbed.startAgent();
        return new Restart((System.nanoTime() - from) / NANOS_PER_MILLI, said);
    }

    private double idlePercent(PodsTestbed testbed) throws IOException, InterruptedException {
        double before = testbed.agentSeconds();
        Thread.sleep(idleSeconds * 1000L);
        return 100 * (testbed.agentSeconds() - before) / idleSeconds;
    }
}
