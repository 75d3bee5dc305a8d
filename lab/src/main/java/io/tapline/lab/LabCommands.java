// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import io.tapline.cli.CommandGroup;
import io.tapline.lab.cluster.LabCommand;
import io.tapline.lab.demo.DemoCommand;
import java.util.List;

/** Brings {@code tapline demo}, {@code lab} and {@code replay}. */
public final class LabCommands implements CommandGroup {
    /** For {@link java.util.ServiceLoader}. */
    public LabCommands() {}

    @Override
    public Section section() {
        return Section.LEARN;
    }

    @Override
    public List<Object> commands() {
        return List.of(new DemoCommand(), new LabCommand(), new ReplayCommand());
    }
}
