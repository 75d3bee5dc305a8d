// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.InterfaceAcls;
import org.jspecify.annotations.Nullable;

/**
 * Judges sessions anew after a change of the lists: the first packet of each under the lists as they are now - those
 * that made the session; those that the peer's packets pass, if the peer opened the connection; and those that the
 * first packet carried. What becomes of a session that one of them denies is for that one to say.
 *
 * <p>One worker thread.
 */
final class AclReview {
    private final Context context;
    private final AclKeys keys;
    private @Nullable CompiledAcl denier;
    private int denial;

    AclReview(Context context, AclKeys keys) {
        this.context = context;
        this.keys = keys;
    }

    /**
     * Whether a session may go on.
     *
     * @param i the packet in the present vector that belongs to it
     * @param sender the interface whose lists that packet carries, or 0; on the way in it is the session's own
     */
    boolean mayGoOn(Generation generation, int interfaceIndex, int session, int i, int sender) {
        AclSessions sessions = context.sessions();
        InterfaceAcls acls = generation.acls();
        int epoch = acls.epoch(interfaceIndex);
        int madeBy = sessions.direction(session);
        CompiledAcl own = acls.list(interfaceIndex, madeBy);
        int match = keys.match(own, madeBy, i);
        if (CompiledAcl.reflects(own, match) && othersPermit(acls, interfaceIndex, session, i, sender)) {
            sessions.judged(session, madeBy, match, epoch);
            return true;
        }
        if (!CompiledAcl.reflects(own, match)) {
            denier = own;
            denial = match;
        }
        OnChange onChange = denier == null ? OnChange.RE_EVALUATE : denier.onChange(denial);
        return switch (onChange.kind()) {
            case RE_EVALUATE -> false;
            case KEEP -> {
                sessions.keep(session, epoch);
                yield true;
            }
            case DRAIN ->
                sessions.drain(
                        session,
                        acls.changedTicks(interfaceIndex) + onChange.drainSeconds() * AclSessions.TICKS_PER_SECOND,
                        context.nowTicks());
        };
    }

    private boolean othersPermit(InterfaceAcls acls, int interfaceIndex, int session, int i, int sender) {
        AclSessions sessions = context.sessions();
        int madeBy = sessions.direction(session);
        boolean byPeer = sessions.openedByPeer(session);
        if (byPeer && !permits(acls.list(interfaceIndex, 1 - madeBy), 1 - madeBy, i)) {
            return false;
        }
        int peer = byPeer && sender != interfaceIndex ? sender : 0;
        int from = madeBy == InterfaceAcls.OUTPUT ? sessions.sender(session) : peer;
        return permits(acls.list(from, InterfaceAcls.SENDER), InterfaceAcls.OUTPUT, i);
    }

    private boolean permits(@Nullable CompiledAcl lists, int direction, int i) {
        denier = lists;
        denial = keys.match(lists, direction, i);
        return lists == null || lists.permits(denial);
    }
}
