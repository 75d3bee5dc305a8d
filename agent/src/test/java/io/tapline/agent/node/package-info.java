// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.agent.node;

import org.jspecify.annotations.NullMarked;
