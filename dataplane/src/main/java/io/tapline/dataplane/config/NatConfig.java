// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

/**
 * NAT44 as a whole.
 *
 * @param forwarding whether packets that match no mapping pass untranslated; otherwise they are dropped
 */
public record NatConfig(boolean forwarding) {}
