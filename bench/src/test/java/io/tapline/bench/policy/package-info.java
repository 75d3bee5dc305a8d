// SPDX-License-Identifier: Apache-2.0
/** Tests of {@code tapline bench.policy}. */
@NullMarked
package io.tapline.bench.policy;

import org.jspecify.annotations.NullMarked;
