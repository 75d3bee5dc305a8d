// SPDX-License-Identifier: Apache-2.0
/**
 * YAML and JSON files as trees whose every value knows its place, for readers that name file, line and key of a mistake
 * and collect all mistakes of a file instead of stopping at the first.
 */
@NullMarked
package io.tapline.source.yaml;

import org.jspecify.annotations.NullMarked;
