// SPDX-License-Identifier: Apache-2.0
/** Tests of the switch as a whole. */
@NullMarked
package io.tapline.dataplane;

import org.jspecify.annotations.NullMarked;
