// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

/**
 * A line of one of the kernel's tables, as asked for in a {@link Request} and as read back by {@link Rtnetlink}: what
 * was asked for with all its components is read back as an equal value.
 */
public sealed interface Entry permits Address, Route, Neighbour, Rule {}
