// SPDX-License-Identifier: Apache-2.0
/** Tests of the commands. */
@NullMarked
package io.tapline.bench;

import org.jspecify.annotations.NullMarked;
