// SPDX-License-Identifier: Apache-2.0
/** Tests of the live switch that need neither root nor TAPs. */
@NullMarked
package io.tapline.vswitch;

import org.jspecify.annotations.NullMarked;
