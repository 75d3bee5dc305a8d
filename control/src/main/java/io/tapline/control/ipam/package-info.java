// SPDX-License-Identifier: Apache-2.0
/** Addresses of nodes and pods, cut from a few prefixes by the number of the node, as Contiv/VPP cuts them. */
@NullMarked
package io.tapline.control.ipam;

import org.jspecify.annotations.NullMarked;
