// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.wire;

import org.jspecify.annotations.NullMarked;
