// SPDX-License-Identifier: Apache-2.0
/** Tests of the capture files. */
@NullMarked
package io.tapline.wire.capture;

import org.jspecify.annotations.NullMarked;
