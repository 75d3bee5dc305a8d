// SPDX-License-Identifier: Apache-2.0
/** What nodes consult: forwarding tables, adjacencies, neighbours, access lists, sessions. */
@NullMarked
package io.tapline.dataplane.table;

import org.jspecify.annotations.NullMarked;
