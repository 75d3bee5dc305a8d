// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.bench.Console;
import io.tapline.bench.Format;
import io.tapline.bench.Json;
import io.tapline.bench.Machine;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline bench policy}. */
@Command(
        name = "policy",
        description = {
            "Plans the access lists of one node with 110 pods in a cluster of 10,000 pods and 10,000 policies, at once"
                    + " and then change by change; between, how long finding the first rule for a packet takes, and"
                    + " the whole way of a connection's first packet from port to port.",
            "A change costs what planning, numbering and compiling the lists that it changed take. Needs no root."
        },
        mixinStandardHelpOptions = true)
public final class PolicyCommand implements Runnable {
    private static final int MAX_CHANGES = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many changes of each kind, up to 10000; default ${DEFAULT-VALUE}.")
    private int changes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What the cluster and its changes follow from; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    PolicyCommand() {}

    /**
     * All figures.
     *
     * @param cold everything at once
     * @param matches what finding the first rule costs, by the length of the list
     * @param firstPackets what the first packets of connections cost, by the same
     * @param changes one after the other
     */
    record Results(
            PolicyBenchmark.Cold cold,
            List<ListMatch.Result> matches,
            List<FirstPackets.Result> firstPackets,
            List<PolicyBenchmark.Changes> changes) {}

    @Override
    public void run() {
        Console console = new Console(spec);
        console.require("--changes", changes, 1, MAX_CHANGES);
        Machine machine = Machine.here(spec.commandLine());
        PolicyBenchmark benchmark = new PolicyBenchmark(new LargeCluster(seed));
        console.progress("planning 10,000 policies...");
        PolicyBenchmark.Cold cold = benchmark.cold();
        console.progress("matching packets...");
        List<ListMatch.Result> matches = ListMatch.all();
        List<FirstPackets.Result> firstPackets = FirstPackets.all();
        console.progress("changing pods and policies...");
        Results results = new Results(cold, matches, firstPackets, benchmark.changes(changes));
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> PolicyReport.print(machine, results, out);
            case json -> Json.print(machine.document("PolicyBenchmark", results), out);
        }
    }
}
