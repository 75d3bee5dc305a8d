// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.model;

import org.jspecify.annotations.NullMarked;
