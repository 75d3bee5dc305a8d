// SPDX-License-Identifier: Apache-2.0
/** Tests of the whole: what may depend on what, and what may ask for the time. */
@NullMarked
package io.tapline.verify;

import org.jspecify.annotations.NullMarked;
