// SPDX-License-Identifier: Apache-2.0
/** The graph's nodes, named and ordered as in VPP; docs/pipeline.md describes each. */
@NullMarked
package io.tapline.dataplane.node;

import org.jspecify.annotations.NullMarked;
