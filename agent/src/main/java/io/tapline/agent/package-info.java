// SPDX-License-Identifier: Apache-2.0
/**
 * The node process. One event loop owns the desired state and commits each event as one transaction of the switch;
 * everything else asks it.
 */
@NullMarked
package io.tapline.agent;

import org.jspecify.annotations.NullMarked;
