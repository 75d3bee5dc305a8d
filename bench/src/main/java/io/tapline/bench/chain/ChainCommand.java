// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import io.tapline.bench.Console;
import io.tapline.bench.Format;
import io.tapline.bench.Json;
import io.tapline.bench.Machine;
import io.tapline.bench.PacketSource;
import io.tapline.wire.Ipv4;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline bench chain}. */
@Command(
        name = "chain",
        description = {
            "Sends " + PacketSource.FRAME_BYTES + "-byte frames of established flows both ways through the whole chain"
                    + " in memory, on one thread: reflective access list, NAT44, lookup, rewrite, access list.",
            "Prints nanoseconds per packet, the generator's own share included and, measured by itself, beside it."
                    + " Needs no root."
        },
        mixinStandardHelpOptions = true)
public final class ChainCommand implements Runnable {
    private static final int MAX_ROUNDS = 10_000;
    private static final int MAX_SERVICES = 100_000;

    /** Protocols of the packets; in the case that the user types. */
    enum Protocol {
        tcp(Ipv4.PROTOCOL_TCP),
        udp(Ipv4.PROTOCOL_UDP);

        private final int number;

        Protocol(int number) {
            this.number = number;
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--flows",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,10k,100k",
            converter = FlowCounts.class,
            description = "How many flows, from 1 to 1M, one run for each; default ${DEFAULT-VALUE}.")
    private List<Integer> flows;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "15",
            description = "How many rounds per run; default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--packets",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "How many packets per round; default ${DEFAULT-VALUE}.")
    private int packets;

    @Option(
            names = "--services",
            paramLabel = "N",
            defaultValue = "0",
            description = "Send to the first of this many load-balanced services, up to 100000;"
                    + " default ${DEFAULT-VALUE}, straight to the server.")
    private int services;

    @Option(
            names = "--protocol",
            paramLabel = "PROTOCOL",
            defaultValue = "tcp",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Protocol protocol;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    /** For picocli, which fills in the fields. */
    @SuppressWarnings("NullAway.Init")
    public ChainCommand() {}

    @Override
    public void run() {
        Console console = new Console(spec);
        console.require("--rounds", rounds, 1, MAX_ROUNDS);
        console.require(packets >= 1, "--packets must be at least 1, not " + packets);
        console.require("--services", services, 0, MAX_SERVICES);
        Machine machine = Machine.here(spec.commandLine());
        List<ChainResult> results = new ArrayList<>();
        for (int count : flows) {
            console.progress("measuring " + FlowCounts.text(count) + (count == 1 ? " flow" : " flows") + "...");
            results.add(measure(count));
        }
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> ChainReport.print(machine, results, out);
            case json -> Json.print(machine.document("ChainBenchmark", results), out);
        }
    }

    private ChainResult measure(int count) {
        try (ChainBenchmark benchmark = new ChainBenchmark(new FlowGenerator.Load(protocol.number, count), services)) {
            return benchmark.run(rounds, packets);
        }
    }
}
