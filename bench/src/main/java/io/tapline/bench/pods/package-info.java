// SPDX-License-Identifier: Apache-2.0
/** What attaching pods costs, and a restart of the agent with many of them. */
@NullMarked
package io.tapline.bench.pods;

import org.jspecify.annotations.NullMarked;
