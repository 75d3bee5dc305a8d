// SPDX-License-Identifier: Apache-2.0
/** Tests of {@code tapline bench.pods}. */
@NullMarked
package io.tapline.bench.pods;

import org.jspecify.annotations.NullMarked;
