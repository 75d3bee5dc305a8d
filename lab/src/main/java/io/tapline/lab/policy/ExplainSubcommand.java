// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline explain}. */
public final class ExplainSubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public ExplainSubcommand() {}

    @Override
    public Object command() {
        return new ExplainCommand();
    }
}
