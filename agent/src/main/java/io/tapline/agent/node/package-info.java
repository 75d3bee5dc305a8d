// SPDX-License-Identifier: Apache-2.0
/** The state of the node: who is attached, on disk, in the kernel and in the switch, and how the three agree. */
@NullMarked
package io.tapline.agent.node;

import org.jspecify.annotations.NullMarked;
