// SPDX-License-Identifier: Apache-2.0
/** What many services and many connections cost: their plan, a change of it, and the first packets of connections. */
@NullMarked
package io.tapline.bench.nat;

import org.jspecify.annotations.NullMarked;
