// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline cni}. */
public final class CniSubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public CniSubcommand() {}

    @Override
    public Object command() {
        return new CniCommand();
    }
}
