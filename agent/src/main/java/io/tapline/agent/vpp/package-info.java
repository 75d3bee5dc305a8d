// SPDX-License-Identifier: Apache-2.0
/**
 * VPP's debug commands, for hands that know them: the same words, with the same abbreviations, and output of the same
 * shape. Only commands that look, that clear counters, and that trace; what the switch holds follows from intent alone.
 */
@NullMarked
package io.tapline.agent.vpp;

import org.jspecify.annotations.NullMarked;
