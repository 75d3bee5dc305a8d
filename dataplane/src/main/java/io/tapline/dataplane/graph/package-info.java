// SPDX-License-Identifier: Apache-2.0
/** The packet graph: what a node is, in which order features stand on an interface, and how vectors move on. */
@NullMarked
package io.tapline.dataplane.graph;

import org.jspecify.annotations.NullMarked;
