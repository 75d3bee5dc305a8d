// SPDX-License-Identifier: Apache-2.0
/** The agent's unix socket: root only, limited in size and time, open to more than one protocol. */
@NullMarked
package io.tapline.agent.socket;

import org.jspecify.annotations.NullMarked;
