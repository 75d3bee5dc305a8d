// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What a measuring command says beside its result. */
public final class Console {
    private final CommandLine command;

    /** That of a command. */
    public Console(CommandSpec spec) {
        this.command = spec.commandLine();
    }

    /** Tells, on standard error, what goes on. */
    public void progress(String text) {
        PrintWriter err = command.getErr();
        err.println(text);
        err.flush();
    }

    /** Refuses an option's value outside {@code least}..{@code most}. */
    public void require(String option, int value, int least, int most) {
        require(value >= least && value <= most, option + " must be " + least + " to " + most + ", not " + value);
    }

    /** Refuses a command line. */
    public void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(command, message);
        }
    }
}
