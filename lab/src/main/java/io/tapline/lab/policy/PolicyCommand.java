// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapline policy}: docs/policy.md. */
@Command(
        name = "policy",
        header = "Test policies against expectations, in CI too.",
        description = "Tries network policies off-line.",
        subcommands = {CaseCommand.class, ExpectCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class PolicyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // picocli fills in the field.
    @SuppressWarnings("NullAway.Init")
    PolicyCommand() {}

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? There is: "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
