// SPDX-License-Identifier: Apache-2.0
/**
 * Tools for tests of every module: build frames ({@link io.tapline.testkit.Packets}), check frames
 * ({@link io.tapline.testkit.FrameAssert}), and run properties over seeded random cases
 * ({@link io.tapline.testkit.Property}).
 *
 * <p>This package computes and verifies checksums with its own plain code and knows nothing of the production classes,
 * so that a mistake there cannot hide itself here.
 */
@NullMarked
package io.tapline.testkit;

import org.jspecify.annotations.NullMarked;
