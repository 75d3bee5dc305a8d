// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.cli.CommandGroup;
import java.util.List;

/** Brings {@code tapline agent} and {@code tapline cni}. */
public final class NodeCommands implements CommandGroup {
    /** For {@link java.util.ServiceLoader}. */
    public NodeCommands() {}

    @Override
    public Section section() {
        return Section.NODE;
    }

    @Override
    public List<Object> commands() {
        return List.of(new AgentCommand(), new CniCommand());
    }
}
