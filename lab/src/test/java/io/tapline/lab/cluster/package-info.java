// SPDX-License-Identifier: Apache-2.0
/** Tests of the lab, on real pods. */
@NullMarked
package io.tapline.lab.cluster;

import org.jspecify.annotations.NullMarked;
