// SPDX-License-Identifier: Apache-2.0
/**
 * Runs a scenario through a switch in virtual time and reports what happened, as text, as VPP prints it, or as JSON.
 * The same scenario gives the same report, byte for byte.
 */
@NullMarked
package io.tapline.lab.replay;

import org.jspecify.annotations.NullMarked;
