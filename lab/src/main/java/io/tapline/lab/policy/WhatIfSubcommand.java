// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.Subcommand;

/** Brings {@code tapline what-if}. */
public final class WhatIfSubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public WhatIfSubcommand() {}

    @Override
    public Object command() {
        return new WhatIfCommand();
    }
}
