// SPDX-License-Identifier: Apache-2.0
/** {@code tapline bench}: benchmarks that anyone can run on his own machine; docs/benchmarks.md. */
@NullMarked
package io.tapline.bench;

import org.jspecify.annotations.NullMarked;
