// SPDX-License-Identifier: Apache-2.0
/** The whole chain in memory: what a packet costs without a kernel. */
@NullMarked
package io.tapline.bench.chain;

import org.jspecify.annotations.NullMarked;
