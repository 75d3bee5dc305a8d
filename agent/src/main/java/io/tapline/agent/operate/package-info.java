// SPDX-License-Identifier: Apache-2.0
/** The operators' commands: each asks the agent that runs here, by HTTP, and shows what it says. */
@NullMarked
package io.tapline.agent.operate;

import org.jspecify.annotations.NullMarked;
