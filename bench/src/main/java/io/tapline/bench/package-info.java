// SPDX-License-Identifier: Apache-2.0
/** Benchmarks that anyone can run on his own machine. Never shipped with the switch. */
@NullMarked
package io.tapline.bench;

import org.jspecify.annotations.NullMarked;
