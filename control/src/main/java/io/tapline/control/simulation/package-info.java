// SPDX-License-Identifier: Apache-2.0
/**
 * A cluster that is not there: one real switch for each node, joined in memory, through which single connections are
 * tried. Pure and deterministic; nothing but its own clock passes.
 */
@NullMarked
package io.tapline.control.simulation;

import org.jspecify.annotations.NullMarked;
