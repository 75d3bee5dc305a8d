// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import io.tapline.bench.Console;
import io.tapline.bench.Format;
import io.tapline.bench.Json;
import io.tapline.bench.Machine;
import io.tapline.cli.UserError;
import io.tapline.lab.node.HostCheck;
import io.tapline.lab.node.SoleRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline bench path}. */
@Command(
        name = "path",
        description = {
            "Sends real traffic between two network namespaces over Tapline, over a kernel bridge and over a plain veth"
                    + " pair, in turn and several times: TCP with 1 and 4 streams, small UDP packets, 1-byte"
                    + " round trips.",
            "Needs root and /dev/net/tun. The namespaces are named " + Testbed.PREFIX + "-... and go away at the end;"
                    + " this machine's own network is left alone."
        },
        mixinStandardHelpOptions = true)
public final class PathCommand implements Callable<Integer> {
    private static final double MIN_SECONDS = 0.1;
    private static final double MAX_SECONDS = 600;
    private static final int MAX_ROUNDS = 1000;
    private static final int MAX_SPIN_MICROS = 1_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long NANOS_PER_MICRO = 1000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How long each kind of traffic runs over each path in a round; default ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many rounds; default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--spin-micros",
            paramLabel = "N",
            defaultValue = "50",
            description = "How long Tapline's worker goes on looking for frames before it waits for them;"
                    + " default ${DEFAULT-VALUE}.")
    private int spinMicros;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    /** For picocli, which fills in the fields. */
    @SuppressWarnings("NullAway.Init")
    public PathCommand() {}

    @Override
    public Integer call() {
        Console console = new Console(spec);
        console.require(
                seconds >= MIN_SECONDS && seconds <= MAX_SECONDS,
                "--seconds must be " + MIN_SECONDS + " to " + MAX_SECONDS + ", not " + seconds);
        console.require("--rounds", rounds, 1, MAX_ROUNDS);
        console.require("--spin-micros", spinMicros, 0, MAX_SPIN_MICROS);
        HostCheck.requirePrivileges("the benchmark");
        Machine machine = Machine.here(spec.commandLine());
        return new SoleRun("benchmark", Testbed.PREFIX)
                .run(
                        spec.commandLine().getErr(),
                        () -> Testbed.build(spinMicros * NANOS_PER_MICRO),
                        testbed -> measure(console, machine, testbed));
    }

    private int measure(Console console, Machine machine, Testbed testbed) {
        List<PathResult> results;
        try {
            results = new PathBenchmark(testbed, console::progress).run(rounds, (long) (seconds * NANOS_PER_SECOND));
        } catch (IOException e) {
            throw UserError.failure("the traffic broke off: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw UserError.failure(String.valueOf(e.getMessage()), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> PathReport.print(machine, results, out);
            case json -> Json.print(machine.document("PathBenchmark", results), out);
        }
        return 0;
    }
}
