// SPDX-License-Identifier: Apache-2.0
/** Tests of the scenario reader. */
@NullMarked
package io.tapline.lab.scenario;

import org.jspecify.annotations.NullMarked;
