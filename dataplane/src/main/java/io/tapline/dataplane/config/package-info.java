// SPDX-License-Identifier: Apache-2.0
/**
 * What the control plane asks of the switch, as immutable records. Applied whole, by
 * {@link io.tapline.dataplane.Switch#apply}.
 */
@NullMarked
package io.tapline.dataplane.config;

import org.jspecify.annotations.NullMarked;
