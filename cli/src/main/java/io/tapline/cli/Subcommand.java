// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

/**
 * A sub-command of {@code tapline}, found with {@link java.util.ServiceLoader}: a module lists its implementations,
 * public classes with a public constructor without parameters, in {@code META-INF/services/io.tapline.cli.Subcommand}.
 *
 * <p>The command reports a mistake of the user by throwing {@link UserError}, writes to
 * {@code spec.commandLine().getOut()}, and asks {@link picocli.CommandLine.Help.Ansi#AUTO} whether to use colour (which
 * is no when {@code NO_COLOR} is set or the output is not a terminal).
 */
public interface Subcommand {

    /**
     * The object that picocli runs: an instance of a class that is annotated with {@link picocli.CommandLine.Command}
     * and implements {@code Runnable} or {@code Callable<Integer>}; the integer is the exit code. Called once, before
     * any argument is read, also when another sub-command is wanted: it does nothing but construct.
     */
    Object command();
}
