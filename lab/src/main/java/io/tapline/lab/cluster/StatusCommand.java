// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tapline lab status}. */
@Command(
        name = "status",
        description = "Says how the lab's processes and pods are. Exit code 3 when not all is well.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    /** As the Linux Standard Base has it for a service that does not run. */
    private static final int UNWELL = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LabOptions options;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private LabFormat format;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    StatusCommand() {}

    @Override
    public Integer call() {
        LabStatus status = LabStatus.of(options.directory());
        status.print(format, spec.commandLine().getOut());
        return status.isHealthy() ? 0 : UNWELL;
    }
}
