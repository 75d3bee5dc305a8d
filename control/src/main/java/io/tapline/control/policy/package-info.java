// SPDX-License-Identifier: Apache-2.0
/**
 * Renders policies to the access lists of one node.
 *
 * <p>{@link io.tapline.control.policy.PolicyPlanner} does it at once, as a pure function;
 * {@link io.tapline.control.policy.IncrementalPolicyPlanner} follows changes, with work in proportion to what changed,
 * and always gives the same result. How the lists work together is told at
 * {@link io.tapline.control.policy.PolicyPlan}.
 */
@NullMarked
package io.tapline.control.policy;

import org.jspecify.annotations.NullMarked;
