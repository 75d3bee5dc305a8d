// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.source;

import org.jspecify.annotations.NullMarked;
