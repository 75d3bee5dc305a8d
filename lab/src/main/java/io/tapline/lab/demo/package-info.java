// SPDX-License-Identifier: Apache-2.0
/** The {@code tapline demo} command: real packets between real namespaces within a minute, explained step by step. */
@NullMarked
package io.tapline.lab.demo;

import org.jspecify.annotations.NullMarked;
