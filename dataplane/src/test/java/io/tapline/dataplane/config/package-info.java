// SPDX-License-Identifier: Apache-2.0
/** Tests of the configuration records. */
@NullMarked
package io.tapline.dataplane.config;

import org.jspecify.annotations.NullMarked;
