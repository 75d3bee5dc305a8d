// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline agent}. */
public final class AgentSubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public AgentSubcommand() {}

    @Override
    public Object command() {
        return new AgentCommand();
    }
}
