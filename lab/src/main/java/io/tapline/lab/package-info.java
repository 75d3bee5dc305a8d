// SPDX-License-Identifier: Apache-2.0
/**
 * The switch without a network, for people at a terminal: the {@code tapline replay} command, which feeds the packets
 * of a scenario to a switch in this process and prints what became of each. Needs no privileges.
 */
@NullMarked
package io.tapline.lab;

import org.jspecify.annotations.NullMarked;
