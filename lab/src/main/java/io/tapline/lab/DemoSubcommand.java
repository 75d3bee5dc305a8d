// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab;

import io.tapline.cli.Subcommand;
import io.tapline.lab.demo.DemoCommand;

/** Brings {@code tapline demo}. */
public final class DemoSubcommand implements Subcommand {
    /** For {@link java.util.ServiceLoader}. */
    public DemoSubcommand() {}

    @Override
    public Object command() {
        return new DemoCommand();
    }
}
