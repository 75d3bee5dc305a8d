// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.SessionView;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.table.AclSessions;
import java.util.function.UnaryOperator;

/**
 * A connection that access lists have let pass, as one interface remembers it.
 *
 * @param protocol its name
 * @param source who sends what enters by the interface
 * @param sourcePort its port; for ICMP the identifier
 * @param destination to whom
 * @param destinationPort its port; for ICMP the type of the request
 * @param interfaceName the interface
 * @param owner who sits at that interface's other end
 * @param openedBy {@code here} or {@code peer}: whose packet came first, seen from the interface
 * @param state {@code established}, {@code transient} (TCP being opened or closed), {@code udp} or {@code unanswered}
 * @param ageSeconds since it was made
 * @param idleSeconds since its last packet
 * @param allowedBy the line of the policy that let it pass, if that is still in force
 */
public record SessionRow(
        String protocol,
        String source,
        int sourcePort,
        String destination,
        int destinationPort,
        String interfaceName,
        String owner,
        String openedBy,
        String state,
        int ageSeconds,
        int idleSeconds,
        String allowedBy) {
    /** A session in words; {@code owners} tells who sits at an interface. */
    static SessionRow of(SessionView session, UnaryOperator<String> owners) {
        return new SessionRow(
                Protocols.name(session.protocol()),
                session.source().toString(),
                session.sourcePort(),
                session.destination().toString(),
                session.destinationPort(),
                session.interfaceName(),
                owners.apply(session.interfaceName()),
                session.openedByPeer() ? "peer" : "here",
                state(session),
                session.ageSeconds(),
                session.idleSeconds(),
                session.rule().map(AclRule::origin).map(Origin::text).orElse(""));
    }

    private static String state(SessionView session) {
        return switch (session.timeoutClass()) {
            case AclSessions.TCP_IDLE -> "established";
            case AclSessions.TCP_TRANSIENT -> "transient";
            case AclSessions.UDP_UNANSWERED -> "unanswered";
            default -> "udp";
        };
    }
}
