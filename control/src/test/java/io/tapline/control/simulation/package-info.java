// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.control.simulation;

import org.jspecify.annotations.NullMarked;
