// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.NatSessionView;
import io.tapline.dataplane.NatSessionView.Tuple;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A connection that NAT44 knows.
 *
 * @param protocol its name
 * @param kind {@code balanced} (a service with several backends), {@code mapped} (with one), {@code source}, ...
 * @param client the sender and its port, as it came to the switch
 * @param service receiver and port before the translation
 * @param backend receiver and port after the translation
 * @param sourceSeen the sender and its port as the receiver sees them
 * @param madeBy whose packet made it
 * @param state of the connection
 * @param ageSeconds since it was made
 * @param idleSeconds since its last packet
 * @param leftSeconds until it ends if no packet comes
 * @param origin what caused the translation
 */
public record NatSessionRow(
        String protocol,
        String kind,
        String client,
        String service,
        String backend,
        String sourceSeen,
        String madeBy,
        String state,
        int ageSeconds,
        int idleSeconds,
        int leftSeconds,
        String origin) {
    /** A session in words; {@code owners} tells who sits at an interface. */
    static NatSessionRow of(NatSessionView session, UnaryOperator<String> owners) {
        // A source translation begins inside, all others outside.
        boolean fromInside = session.kind() == NatSessionView.Kind.SOURCE;
        Tuple before = fromInside ? session.inside() : session.outside();
        Tuple answers = fromInside ? session.outside() : session.inside();
        return new NatSessionRow(
                Protocols.name(session.protocol()),
                session.kind().name().toLowerCase(Locale.ROOT),
                before.source() + ":" + before.sourcePort(),
                before.destination() + ":" + before.destinationPort(),
                answers.source() + ":" + answers.sourcePort(),
                answers.destination() + ":" + answers.destinationPort(),
                owners.apply(session.interfaceName()),
                session.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                session.ageSeconds(),
                session.idleSeconds(),
                session.leftSeconds(),
                session.origin());
    }
}
