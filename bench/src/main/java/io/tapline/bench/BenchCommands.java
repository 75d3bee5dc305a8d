// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import io.tapline.cli.CommandGroup;
import java.util.List;

/** Brings {@code tapline bench}. */
public final class BenchCommands implements CommandGroup {
    /** For {@link java.util.ServiceLoader}. */
    public BenchCommands() {}

    @Override
    public Section section() {
        return Section.OTHER;
    }

    @Override
    public List<Object> commands() {
        return List.of(new BenchCommand());
    }
}
