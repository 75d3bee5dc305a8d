// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.agent;

import org.jspecify.annotations.NullMarked;
