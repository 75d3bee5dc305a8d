// SPDX-License-Identifier: Apache-2.0
/**
 * From intent to plan: what one node's switch must hold. Pure functions of the declared objects; each entry of a plan
 * carries its origin, the object and the path inside it that caused it.
 */
@NullMarked
package io.tapline.control;

import org.jspecify.annotations.NullMarked;
