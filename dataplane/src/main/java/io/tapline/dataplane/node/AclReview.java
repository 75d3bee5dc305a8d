// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.dataplane.table.SessionVerdict;

/**
 * Judges sessions anew after a change of the lists: the first packet of each under the lists as they are now. What
 * becomes of a session that one of them denies is for that one to say.
 *
 * <p>One worker thread.
 */
final class AclReview {
    private final Context context;
    private final AclKeys keys;
    private final SessionVerdict verdict = new SessionVerdict();

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
        boolean byPeer = sessions.openedByPeer(session);
        int peer = byPeer && sender != interfaceIndex ? sender : 0;
        int from = madeBy == InterfaceAcls.OUTPUT ? sessions.sender(session) : peer;
        if (verdict.permits(acls, madeBy, byPeer, from, keys.source(i), keys.destination(i), keys.tuple(i))) {
            sessions.judged(session, madeBy, verdict.match(), epoch);
            return true;
        }
        CompiledAcl denier = verdict.denier();
        OnChange onChange = denier == null ? OnChange.RE_EVALUATE : denier.onChange(verdict.match());
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
}
