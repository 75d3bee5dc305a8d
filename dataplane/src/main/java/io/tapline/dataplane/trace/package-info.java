// SPDX-License-Identifier: Apache-2.0
/** What happened to a packet: recording on the data path, decoding into steps, and rendering for people. */
@NullMarked
package io.tapline.dataplane.trace;

import org.jspecify.annotations.NullMarked;
