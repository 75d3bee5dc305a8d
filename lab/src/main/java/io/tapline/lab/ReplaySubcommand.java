// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline replay}. */
public final class ReplaySubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public ReplaySubcommand() {}

    @Override
    public Object command() {
        return new ReplayCommand();
    }
}
