// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP for operators and monitoring: on a unix socket for root, and at a TCP address when asked. Documents are JSON; an
 * error is {@code {"error": "..."}} with a status that fits.
 */
@NullMarked
package io.tapline.agent.api;

import org.jspecify.annotations.NullMarked;
