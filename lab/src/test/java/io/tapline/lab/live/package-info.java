// SPDX-License-Identifier: Apache-2.0
/** Tests with real packets between real network namespaces. */
@NullMarked
package io.tapline.lab.live;

import org.jspecify.annotations.NullMarked;
