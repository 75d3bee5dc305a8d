// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.linux;

import org.jspecify.annotations.NullMarked;
