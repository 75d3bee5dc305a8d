// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.agent.socket;

import org.jspecify.annotations.NullMarked;
