// SPDX-License-Identifier: Apache-2.0
/**
 * Where the intent comes from. Every source gives complete, validated {@code model} objects and events; what it cannot
 * accept it reports with the place and the remedy, and keeps the last good state.
 */
@NullMarked
package io.tapline.source;

import org.jspecify.annotations.NullMarked;
