// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapline config}. */
@Command(
        name = "config",
        description = "The configuration of the agent that runs here.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ConfigShowCommand.class)
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // picocli fills in the field.
    @SuppressWarnings("NullAway.Init")
    ConfigCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which part? There is: show");
    }
}
