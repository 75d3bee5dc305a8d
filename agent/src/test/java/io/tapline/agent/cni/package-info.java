// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.tapline.agent.cni;

import org.jspecify.annotations.NullMarked;
