// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import io.tapline.bench.Console;
import io.tapline.bench.Format;
import io.tapline.bench.Json;
import io.tapline.bench.Machine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline bench nat}. */
@Command(
        name = "nat",
        description = {
            "Plans and publishes services of two endpoints each for one node, at once and then change by change; then"
                    + " opens connections to them, in memory on one thread.",
            "Times on the processor are what an idle machine would need. Needs no root."
        },
        mixinStandardHelpOptions = true)
public final class NatCommand implements Runnable {
    private static final int FEW_SERVICES = 10;
    private static final int MAX_SERVICES = 100_000;
    private static final int MAX_CHANGES = 1_000_000;
    private static final int MAX_SESSIONS = 4_000_000;
    private static final int MAX_ROUNDS = 1000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--services",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many services, of two endpoints each, up to 100000; default ${DEFAULT-VALUE}.")
    private int services;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many changes of one endpoint; default ${DEFAULT-VALUE}.")
    private int changes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What the changes follow from; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many connections are open at a time, up to 4000000; default ${DEFAULT-VALUE}.")
    private int sessions;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many times they are opened; default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    /** For picocli, which fills in the fields. */
    @SuppressWarnings("NullAway.Init")
    public NatCommand() {}

    /**
     * All figures.
     *
     * @param plan from objects to a switch that judges by them
     * @param connections with few services, and with all of them
     */
    record Results(PlanBenchmark.Result plan, List<SessionBenchmark.Result> connections) {}

    @Override
    public void run() {
        Console console = new Console(spec);
        console.require("--services", services, 1, MAX_SERVICES);
        console.require("--changes", changes, 1, MAX_CHANGES);
        console.require("--sessions", sessions, 1, MAX_SESSIONS);
        console.require("--rounds", rounds, 1, MAX_ROUNDS);
        Machine machine = Machine.here(spec.commandLine());
        console.progress("planning " + services + " services...");
        PlanBenchmark.Result plan;
        try (PlanBenchmark benchmark = new PlanBenchmark(new ServiceCluster(services, seed))) {
            plan = benchmark.run(services, changes);
        }
        List<SessionBenchmark.Result> connections = new ArrayList<>();
        for (int count : new int[] {Math.min(FEW_SERVICES, services), services}) {
            console.progress("opening connections to " + count + " services...");
            try (SessionBenchmark benchmark = new SessionBenchmark(count, sessions)) {
                connections.add(benchmark.run(rounds));
            }
        }
        Results results = new Results(plan, connections);
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> NatReport.print(machine, results, out);
            case json -> Json.print(machine.document("NatBenchmark", results), out);
        }
    }
}
