// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.cli.CommandGroup;
import java.util.List;

/** Brings {@code tapline explain}, {@code matrix}, {@code policy} and {@code what-if}. */
public final class PolicyCommands implements CommandGroup {
    /** For {@link java.util.ServiceLoader}. */
    public PolicyCommands() {}

    @Override
    public Section section() {
        return Section.POLICY;
    }

    @Override
    public List<Object> commands() {
        return List.of(new ExplainCommand(), new MatrixCommand(), new PolicyCommand(), new WhatIfCommand());
    }
}
