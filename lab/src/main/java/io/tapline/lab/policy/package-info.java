// SPDX-License-Identifier: Apache-2.0
/** Commands that try policies off-line: who can reach whom, and which line of which policy decides. */
@NullMarked
package io.tapline.lab.policy;

import org.jspecify.annotations.NullMarked;
