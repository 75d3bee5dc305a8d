// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline matrix}. */
public final class MatrixSubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public MatrixSubcommand() {}

    @Override
    public Object command() {
        return new MatrixCommand();
    }
}
