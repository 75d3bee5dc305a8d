// SPDX-License-Identifier: Apache-2.0
/** The policy planner: what a change costs in a large cluster. */
@NullMarked
package io.tapline.bench.policy;

import org.jspecify.annotations.NullMarked;
