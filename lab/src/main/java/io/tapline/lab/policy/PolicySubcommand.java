// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline policy}. */
public final class PolicySubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public PolicySubcommand() {}

    @Override
    public Object command() {
        return new PolicyCommand();
    }
}
