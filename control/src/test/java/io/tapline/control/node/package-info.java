// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.control.node;

import org.jspecify.annotations.NullMarked;
