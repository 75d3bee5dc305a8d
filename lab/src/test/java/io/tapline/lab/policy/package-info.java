// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.lab.policy;

import org.jspecify.annotations.NullMarked;
