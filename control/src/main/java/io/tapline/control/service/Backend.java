// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.wire.IpAddress;

/**
 * One endpoint of one port of a service, as this node sees it.
 *
 * @param address where it listens
 * @param port the number of the service's port on it
 * @param node its node; empty when unknown
 * @param pod qualified name of its pod; empty when it is none
 * @param local whether it is on this node
 * @param state what it is used for
 * @param reason why it is in that state, in a user's words; empty when there is nothing to explain
 */
public record Backend(IpAddress address, int port, String node, String pod, boolean local, State state, String reason) {
    /** What a backend is used for. */
    public enum State {
        /** Gets new connections. */
        ACTIVE,
        /** Keeps the TCP connections that it has. */
        DRAINING,
        /** Gets nothing. */
        UNUSED
    }

    Backend in(State newState, String newReason) {
        return new Backend(address, port, node, pod, local, newState, newReason);
    }

    /** For origins and messages: {@code pod shop/web-1}, or the address. */
    String title() {
        return pod.isEmpty() ? "endpoint " + address : "pod " + pod;
    }
}
