// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import io.tapline.bench.chain.ChainCommand;
import io.tapline.bench.nat.NatCommand;
import io.tapline.bench.path.PathCommand;
import io.tapline.bench.pods.PodsCommand;
import io.tapline.bench.policy.PolicyCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapline bench}. */
@Command(
        name = "bench",
        header = "Measure Tapline on this machine.",
        description = {
            "Measures Tapline on this machine: what a packet costs in memory (chain), what many services and"
                    + " connections do (nat), what many policies do (policy), what real connections get beside the"
                    + " kernel's own means (path), and what attaching pods takes (pods).",
            "Nothing else should be busy meanwhile; the load average is part of the result."
        },
        subcommands = {ChainCommand.class, NatCommand.class, PathCommand.class, PolicyCommand.class, PodsCommand.class},
        mixinStandardHelpOptions = true)
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    BenchCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what to measure: chain, nat, path, policy or pods?");
    }
}
