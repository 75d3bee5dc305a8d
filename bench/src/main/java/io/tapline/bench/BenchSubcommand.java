// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline bench}. */
public final class BenchSubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public BenchSubcommand() {}

    @Override
    public Object command() {
        return new BenchCommand();
    }
}
