// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline matrix}. */
@Command(
        name = "matrix",
        header = "Who can reach whom, as a table.",
        description = "Prints which pod can reach which, by trying every pair in switches of its own, off-line.",
        mixinStandardHelpOptions = true)
final class MatrixCommand implements Callable<Integer> {
    /** Forms of output. */
    enum Format {
        text,
        json,
        html
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ManifestOptions manifests;

    @Mixin
    private HostOptions hosts;

    @Option(
            names = "--probe",
            paramLabel = "PROBE",
            split = ",",
            defaultValue = "TCP/80",
            description = "What to try, such as tcp/80,udp/53,tcp/80@v6; default ${DEFAULT-VALUE}.")
    private List<String> probes;

    @Option(
            names = "--services",
            description = "Try the services too, each at its own ports; ~ where it depends on the pod behind one.")
    private boolean services;

    @Option(
            names = "--check",
            description =
                    "Judge every pair by the reference evaluator too, which shares no code with the switches; each"
                            + " disagreement is an error, and the exit code 1 then.")
    private boolean check;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    MatrixCommand() {}

    @Override
    public Integer call() {
        Optional<HostPolicies> optIn = hosts.policies();
        PrintWriter err = spec.commandLine().getErr();
        Intent intent = manifests.intent(err, optIn);
        List<Probe> asked = probes.stream().map(ExplainCommand::probe).toList();
        Reachability reached = Reachability.of(intent, optIn, asked, services);
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> reached.print(out);
            case html -> MatrixPage.print(reached, out);
            case json -> out.println(Json.text(reached.document()));
        }
        out.flush();
        return !check || agrees(new ReferenceCheck(intent, optIn).disagreements(reached, asked), err) ? 0 : 1;
    }

    private static boolean agrees(List<String> disagreements, PrintWriter err) {
        disagreements.forEach(line -> err.println("tapline matrix: " + line));
        if (disagreements.isEmpty()) {
            err.println("tapline matrix: the reference evaluator agrees");
        }
        err.flush();
        return disagreements.isEmpty();
    }
}
