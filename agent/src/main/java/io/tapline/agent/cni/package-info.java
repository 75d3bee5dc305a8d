// SPDX-License-Identifier: Apache-2.0
/** What a container runtime asks for (CNI 0.3.1 to 1.1.0), judged and answered. */
@NullMarked
package io.tapline.agent.cni;

import org.jspecify.annotations.NullMarked;
