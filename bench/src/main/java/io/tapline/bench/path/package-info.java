// SPDX-License-Identifier: Apache-2.0
/** The path through real interfaces: Tapline beside a kernel bridge and a plain veth pair. */
@NullMarked
package io.tapline.bench.path;

import org.jspecify.annotations.NullMarked;
