// SPDX-License-Identifier: Apache-2.0
/** The configuration file of the agent. */
@NullMarked
package io.tapline.agent.config;

import org.jspecify.annotations.NullMarked;
