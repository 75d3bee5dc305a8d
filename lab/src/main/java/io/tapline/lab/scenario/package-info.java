// SPDX-License-Identifier: Apache-2.0
/**
 * Scenario files: a switch's configuration and the packets to feed to it, in YAML. Reading is strict: what is not
 * understood is an error that names its line, column and key, so that a typo cannot quietly change what is replayed.
 */
@NullMarked
package io.tapline.lab.scenario;

import org.jspecify.annotations.NullMarked;
