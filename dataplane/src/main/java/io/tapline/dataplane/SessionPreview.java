// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.dataplane.table.SessionVerdict;
import java.util.Optional;

/**
 * Tells what access lists that are only proposed would say about live sessions. Nothing of the switch is touched.
 * Immutable; any thread.
 */
public final class SessionPreview {
    private final Generation proposed;

    SessionPreview(Generation proposed) {
        this.proposed = proposed;
    }

    /**
     * What denies a session.
     *
     * @param entry the denying rule; empty when no rule permits it
     */
    public record Denial(Optional<CompiledAcl.Entry> entry) {}

    /**
     * What would deny the session's first packet: as when the proposed lists were in force and the session's next
     * packet came, before any grace that the denying list gives. Empty when it may go on.
     */
    public Optional<Denial> denial(SessionView session) {
        InterfaceAcls acls = proposed.acls();
        int index = session.interfaceIndex();
        boolean unguarded =
                acls.list(index, InterfaceAcls.INPUT) == null && acls.list(index, InterfaceAcls.OUTPUT) == null;
        SessionVerdict verdict = new SessionVerdict();
        if (unguarded
                || verdict.permits(
                        acls,
                        session.direction(),
                        session.openedByPeer(),
                        session.sender(),
                        FlowTable.ip4Word(session.source().ipv4()),
                        FlowTable.ip4Word(session.destination().ipv4()),
                        FlowTable.ip4Tuple(
                                session.sourcePort(), session.destinationPort(), session.protocol(), index))) {
            return Optional.empty();
        }
        CompiledAcl denier = verdict.denier();
        return Optional.of(new Denial(
                denier == null || verdict.match() == CompiledAcl.NO_MATCH
                        ? Optional.empty()
                        : Optional.of(denier.entry(verdict.match()))));
    }
}
