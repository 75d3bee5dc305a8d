// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.util.List;

/**
 * Sub-commands of {@code tapline} that belong together, found with {@link java.util.ServiceLoader}: a module lists its
 * implementations, public classes with a public constructor without parameters, in
 * {@code META-INF/services/io.tapline.cli.CommandGroup}.
 *
 * <p>A command reports a mistake of the user by throwing {@link UserError}, writes to
 * {@code spec.commandLine().getOut()}, and asks {@link picocli.CommandLine.Help.Ansi#AUTO} whether to use colour (which
 * is no when {@code NO_COLOR} is set or the output is not a terminal).
 */
public interface CommandGroup {
    /** Where the overview of {@code tapline --help} shows a group; in this order. */
    enum Section {
        /** What shows a newcomer what this is. */
        LEARN("Try it"),
        /** What says who may talk to whom, with a node or without. */
        POLICY("Policies, before they are applied"),
        /** What installs and runs a node. */
        NODE("Run a node"),
        /** What looks at a node that runs. */
        OPERATE("Look at the node that runs here"),
        /** What measures speed, and what serves the command line itself. */
        OTHER("More");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** Where the overview shows the commands. */
    Section section();

    /**
     * The objects that picocli runs: instances of classes that are annotated with {@link picocli.CommandLine.Command}
     * and implement {@code Runnable} or {@code Callable<Integer>}; the integer is the exit code. Called once, before
     * any argument is read, also when another command is wanted: it does nothing but construct.
     */
    List<Object> commands();
}
