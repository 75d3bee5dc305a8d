// SPDX-License-Identifier: Apache-2.0
package io.tapline.cli;

import java.util.List;

/** Brings the commands about the command line itself. */
public final class SelfCommands implements CommandGroup {
    /** For {@link java.util.ServiceLoader}. */
    public SelfCommands() {}

    @Override
    public Section section() {
        return Section.OTHER;
    }

    @Override
    public List<Object> commands() {
        return List.of(new CompletionCommand(), new ManualCommand());
    }
}
