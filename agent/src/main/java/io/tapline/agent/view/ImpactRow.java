// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.control.node.LiveConnection;
import io.tapline.dataplane.config.OnChange;

/**
 * A live connection that a proposed change would no longer permit.
 *
 * @param protocol its name
 * @param client who opened it, as {@code ADDRESS:PORT}
 * @param clientName the client's pod, {@code host}, or its address
 * @param server to whom, as {@code ADDRESS:PORT}; where a service was translated, the pod behind it
 * @param serverName the server's pod, {@code host}, or its address
 * @param fate what becomes of it: {@code ends}, {@code goes on}, or {@code ends after 30 s}
 * @param deniedBy the line of the policy that would deny it
 * @param ageSeconds since it was opened
 * @param idleSeconds since its last packet
 */
public record ImpactRow(
        String protocol,
        String client,
        String clientName,
        String server,
        String serverName,
        String fate,
        String deniedBy,
        int ageSeconds,
        int idleSeconds) {
    /** A connection in words. */
    static ImpactRow of(LiveConnection connection) {
        return new ImpactRow(
                Protocols.name(connection.protocol()),
                connection.client() + ":" + connection.clientPort(),
                connection.clientName(),
                connection.server() + ":" + connection.serverPort(),
                connection.serverName(),
                fate(connection.onChange()),
                connection.rule().origin().text(),
                connection.ageSeconds(),
                connection.idleSeconds());
    }

    private static String fate(OnChange onChange) {
        return switch (onChange.kind()) {
            case RE_EVALUATE -> "ends";
            case KEEP -> "goes on";
            case DRAIN -> "ends after " + onChange.drainSeconds() + " s";
        };
    }
}
