// SPDX-License-Identifier: Apache-2.0
/** Traces for programs: as JSON, whose form docs/replay.md describes, and as capture files. */
@NullMarked
package io.tapline.agent.trace;

import org.jspecify.annotations.NullMarked;
