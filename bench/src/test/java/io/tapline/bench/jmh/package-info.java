// SPDX-License-Identifier: Apache-2.0
/**
 * Microbenchmarks of the parts that a packet meets, run by {@code bin/jmh}. They stand among the tests so that each
 * build compiles them and JMH is never shipped.
 */
@NullMarked
package io.tapline.bench.jmh;

import org.jspecify.annotations.NullMarked;
