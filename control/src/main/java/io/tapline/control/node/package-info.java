// SPDX-License-Identifier: Apache-2.0
/** What a node's switch, its host and its pods' namespaces must hold, as a pure function of who is on the node. */
@NullMarked
package io.tapline.control.node;

import org.jspecify.annotations.NullMarked;
