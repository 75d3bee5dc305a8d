// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.agent.config;

import org.jspecify.annotations.NullMarked;
