// SPDX-License-Identifier: Apache-2.0
/**
 * The vector packet switch: {@link io.tapline.dataplane.Switch} takes configuration records, compiles them into a
 * {@link io.tapline.dataplane.Generation} of tables, and moves frames between
 * {@link io.tapline.dataplane.PacketDevice}s through a graph of nodes.
 *
 * <p>Rooms: {@code config} (what the control plane asks for), {@code frame} (packet memory), {@code graph} (nodes'
 * frame, feature arcs, dispatch), {@code node} (the nodes), {@code table} (what nodes consult), {@code trace} (what
 * happened to a packet). Data path code allocates nothing per packet, throws nothing and takes no lock.
 */
@NullMarked
package io.tapline.dataplane;

import org.jspecify.annotations.NullMarked;
