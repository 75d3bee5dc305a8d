// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.InterfaceAcls;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
        int madeBy = session.direction();
        CompiledAcl own = acls.list(index, madeBy);
        int match = own == null ? CompiledAcl.NO_MATCH : match(own, session, madeBy);
        if (!CompiledAcl.reflects(own, match)) {
            return acls.list(index, InterfaceAcls.INPUT) == null && acls.list(index, InterfaceAcls.OUTPUT) == null
                    ? Optional.empty()
                    : denial(own, match);
        }
        Optional<Denial> byOpposite =
                session.openedByPeer() ? denial(acls.list(index, 1 - madeBy), session, 1 - madeBy) : Optional.empty();
        return byOpposite.isPresent()
                ? byOpposite
                : denial(acls.list(session.sender(), InterfaceAcls.SENDER), session, InterfaceAcls.OUTPUT);
    }

    private static Optional<Denial> denial(@Nullable CompiledAcl lists, SessionView session, int direction) {
        if (lists == null) {
            return Optional.empty();
        }
        int match = match(lists, session, direction);
        return lists.permits(match) ? Optional.empty() : denial(lists, match);
    }

    private static int match(CompiledAcl lists, SessionView s, int direction) {
        long tuple = FlowTable.ip4Tuple(s.sourcePort(), s.destinationPort(), s.protocol(), s.interfaceIndex());
        long source = FlowTable.ip4Word(s.source().ipv4());
        long destination = FlowTable.ip4Word(s.destination().ipv4());
        return lists.matchKey(source, destination, tuple, direction);
    }

    private static Optional<Denial> denial(@Nullable CompiledAcl lists, int match) {
        boolean byRule = lists != null && match != CompiledAcl.NO_MATCH;
        return Optional.of(new Denial(byRule && lists != null ? Optional.of(lists.entry(match)) : Optional.empty()));
    }
}
