// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
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
final class MatrixCommand implements Runnable {
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
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    MatrixCommand() {}

    @Override
    public void run() {
        Optional<HostPolicies> optIn = hosts.policies();
        Intent intent = manifests.intent(spec.commandLine().getErr(), optIn);
        Reachability reached = Reachability.of(
                intent, optIn, probes.stream().map(ExplainCommand::probe).toList(), services);
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> reached.print(out);
            case html -> MatrixPage.print(reached, out);
            case json -> out.println(Json.text(reached.document()));
        }
        out.flush();
    }
}
