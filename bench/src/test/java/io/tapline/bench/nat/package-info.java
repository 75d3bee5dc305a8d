// SPDX-License-Identifier: Apache-2.0
/** Tests of {@code tapline bench nat}. */
@NullMarked
package io.tapline.bench.nat;

import org.jspecify.annotations.NullMarked;
