// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.wire.IpAddress;
import java.util.Optional;

/**
 * A session of NAT44 at one moment.
 *
 * @param number its number in the table, which it keeps for life
 * @param kind what it does
 * @param protocol IP protocol number
 * @param outside its packets as they come from outside; they leave as {@code inside}, reversed
 * @param inside its packets as they come from inside; they leave as {@code outside}, reversed
 * @param interfaceIndex the interface whose packet made it, whose share it counts for
 * @param interfaceName that interface's name
 * @param state of its connection
 * @param ageSeconds since it was made
 * @param idleSeconds since its last packet
 * @param leftSeconds until it ends if no packet comes
 * @param mapping what led to a backend; empty when none did
 * @param backend the backend that it has, of that mapping
 * @param origin what the mapping, identity or source NAT was made from, in a user's words such as {@code service
 *     shop/web port http}; may be empty
 */
public record NatSessionView(
        int number,
        Kind kind,
        int protocol,
        Tuple outside,
        Tuple inside,
        int interfaceIndex,
        String interfaceName,
        State state,
        int ageSeconds,
        int idleSeconds,
        int leftSeconds,
        Optional<NatMapping> mapping,
        Optional<NatBackend> backend,
        String origin) {

    /** What a session does. Its numbers are those of {@link io.tapline.dataplane.table.NatSessions}. */
    public enum Kind {
        /** Leads to one backend of several. */
        BALANCED,
        /** Leads to the only backend of a mapping that works both ways. */
        MAPPED,
        /** Gives a source an outside address and port. */
        SOURCE,
        /** Leaves the packets of an identity alone. */
        IDENTITY,
        /** Leaves a connection alone that could be mistaken for a translated one. */
        UNTRANSLATED
    }

    /** How far a connection is; decides on its time-out. */
    public enum State {
        /** Of UDP and all but the others. */
        UDP,
        /** TCP that both sides have acknowledged. */
        TCP_ESTABLISHED,
        /** TCP that is being set up. */
        TCP_OPENING,
        /** TCP of which a FIN or RST was seen. */
        TCP_CLOSING,
        /** TCP that both sides have finished. */
        TCP_CLOSED,
        /** An ICMP query. */
        ICMP
    }

    /**
     * Where packets come from and go to, before they are translated.
     *
     * @param sourcePort for ICMP the identifier on the asker's side
     * @param destinationPort likewise
     * @param table forwarding table that they come in by
     */
    public record Tuple(IpAddress source, int sourcePort, IpAddress destination, int destinationPort, int table) {}
}
