// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.dataplane;

import org.jspecify.annotations.NullMarked;
