// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapline lab}: docs/lab.md. */
@Command(
        name = "lab",
        description = {
            "A node with the pods of your manifests on this machine: a real agent, the real CNI plug-in, real packets.",
            "Pods are network namespaces; what answers on their ports is their own command or the lab."
        },
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            ExecCommand.class,
            ProbeCommand.class,
            DownCommand.class,
            RespondCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class LabCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** For picocli, which fills in the field. */
    @SuppressWarnings("NullAway.Init")
    public LabCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? There is: up, status, exec, probe, down");
    }
}
