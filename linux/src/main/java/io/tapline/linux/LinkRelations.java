// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.OptionalInt;

/**
 * A device's relations to others.
 *
 * @param master the index of its bridge or bond
 * @param peer the index of the other end of a veth pair, or of the device that a VLAN or tunnel is based on
 * @param peerNamespaceId if that one is in another namespace: the id that this namespace has for it, or -1
 */
public record LinkRelations(OptionalInt master, OptionalInt peer, OptionalInt peerNamespaceId) {}
