// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code tapline} command: options common to all sub-commands, help, version, exit codes and the one place where
 * errors become messages.
 *
 * <p>It knows no sub-command by name. Modules bring theirs as {@link io.tapline.cli.CommandGroup} services, so a module
 * that is left off the class path takes its commands with it.
 */
@NullMarked
package io.tapline.cli;

import org.jspecify.annotations.NullMarked;
