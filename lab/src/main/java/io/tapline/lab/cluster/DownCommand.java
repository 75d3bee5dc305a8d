// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.cli.UserError;
import io.tapline.lab.node.HostCheck;
import io.tapline.linux.LinuxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tapline lab down}. */
@Command(
        name = "down",
        description = "Removes the lab: processes, namespaces, interfaces and files, also of one that was half made.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LabOptions options;

    // picocli fills in the fields.
    @SuppressWarnings("NullAway.Init")
    DownCommand() {}

    @Override
    public Integer call() {
        StateDirectory directory = options.directory();
        HostCheck.requirePrivileges("the lab");
        PrintWriter out = spec.commandLine().getOut();
        try {
            return LabLock.holding(directory, () -> {
                boolean found = new Teardown(directory, out).run();
                out.println((found ? "removed the lab in " : "there was no lab in ") + directory.root());
                out.flush();
                return 0;
            });
        } catch (IOException e) {
            throw UserError.failure("the lab cannot be removed: " + UserError.reason(e), e);
        } catch (LinuxException e) {
            throw UserError.failure("the lab cannot be removed: " + e.getMessage(), e);
        }
    }
}
