// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import picocli.CommandLine.ExitCode;

/**
 * Runs several command lines in one JVM with their output thrown away, so that the JVM can write a start-up cache
 * ({@code -XX:AOTCacheOutput}, JEP 514) of everything that they load. The launcher starts it after each build.
 */
final class TrainingRun {
    private TrainingRun() {}

    /** Each argument is one command line, its words divided by spaces. A command line that fails ends the run. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(Writer.nullWriter());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        List<CommandGroup> groups = Main.installedGroups();
        for (String commandLine : args) {
            int exitCode = Main.run(groups, out, err, commandLine.split(" ", -1));
            if (exitCode != ExitCode.OK) {
                err.println("tapline: training run \"" + commandLine + "\" failed with exit code " + exitCode);
                System.exit(exitCode);
            }
        }
    }
}
