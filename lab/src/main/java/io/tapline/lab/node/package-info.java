// SPDX-License-Identifier: Apache-2.0
/**
 * One node of a cluster on this machine: pods as network namespaces behind TAPs, the host interconnect, and a live
 * switch between them. What the demo, the end-to-end tests and the path benchmark stand on.
 */
@NullMarked
package io.tapline.lab.node;

import org.jspecify.annotations.NullMarked;
