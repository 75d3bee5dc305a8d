// SPDX-License-Identifier: Apache-2.0
/** Tests of the commands. */
@NullMarked
package io.tapline.bench.path;

import org.jspecify.annotations.NullMarked;
