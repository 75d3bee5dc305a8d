// SPDX-License-Identifier: Apache-2.0
/** Packet memory: fixed off-heap slots with their metadata, and the pool that owns them. */
@NullMarked
package io.tapline.dataplane.frame;

import org.jspecify.annotations.NullMarked;
