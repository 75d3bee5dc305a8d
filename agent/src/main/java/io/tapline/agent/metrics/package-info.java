// SPDX-License-Identifier: Apache-2.0
/** What the agent tells Prometheus. Names and labels are in docs/metrics.md. */
@NullMarked
package io.tapline.agent.metrics;

import org.jspecify.annotations.NullMarked;
