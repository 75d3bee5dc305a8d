// SPDX-License-Identifier: Apache-2.0
/**
 * The executable that a container runtime calls (CNI 1.1). It passes environment and standard input as they are to the
 * agent's socket and prints the answer; it starts for every pod, so it loads as few classes as it can.
 */
@NullMarked
package io.tapline.cni;

import org.jspecify.annotations.NullMarked;
