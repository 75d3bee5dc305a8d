// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.NatSessionView.Kind;
import io.tapline.dataplane.NatSessionView.State;
import io.tapline.dataplane.NatSessionView.Tuple;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.dataplane.table.NatTable;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads NAT44's sessions part by part, as {@link SessionReader} those of the access lists. The generation that the
 * worker goes by while it copies is the one that its sessions' slots refer to.
 */
final class NatSessionReader {
    private static final int WORDS = 7;
    private static final int KINDS = Kind.values().length;

    /** What the worker copied: seven words for each session. */
    record Copy(long[] words, int count, int next, int nowTicks, Generation generation) {}

    private NatSessionReader() {}

    /** Copies live sessions from number {@code from} on. Worker thread. */
    static Copy copy(NatSessions sessions, int from, int nowTicks, Generation generation) {
        int highest = sessions.table().highest();
        int end = Page.end(from, highest);
        long[] words = new long[Math.max(0, end - from) * WORDS];
        int count = 0;
        for (int session = from; session < end; session++) {
            if (!sessions.isLive(session) || !sessions.isAlive(session, nowTicks)) {
                continue;
            }
            int at = count++ * WORDS;
            int timeoutClass = sessions.timeoutClass(session);
            words[at] = pair(session, sessions.slot(session));
            words[at + 1] = addresses(sessions, session << 1);
            words[at + 2] = sessions.tuple(session << 1);
            words[at + 3] = addresses(sessions, session << 1 | 1);
            words[at + 4] = sessions.tuple(session << 1 | 1);
            words[at + 5] = pair(nowTicks - sessions.began(session), nowTicks - sessions.lastActive(session));
            words[at + 6] = (long) sessions.timeoutTicks(timeoutClass) << 32
                    | (long) sessions.owner(session) << 16
                    | (sessions.isClosing(session) ? 1 << 8 : 0)
                    | (long) timeoutClass << 4
                    | sessions.kind(session);
        }
        return new Copy(words, count, Page.next(end, highest), nowTicks, generation);
    }

    private static long addresses(NatSessions sessions, int key) {
        return pair(sessions.source(key), sessions.destination(key));
    }

    private static long pair(int high, int low) {
        return (long) high << 32 | (low & 0xffff_ffffL);
    }

    private static int high(long pair) {
        return (int) (pair >>> 32);
    }

    /** Makes sense of a copy. Any thread. */
    static Page<NatSessionView> decode(Copy copy) {
        List<NatSessionView> views = new ArrayList<>(copy.count());
        for (int i = 0; i < copy.count(); i++) {
            views.add(view(copy, i * WORDS));
        }
        return new Page<>(views, copy.next());
    }

    private static NatSessionView view(Copy copy, int at) {
        long[] words = copy.words();
        long facts = words[at + 6];
        int owner = (int) (facts >>> 16) & 0xffff;
        int idle = (int) words[at + 5];
        NatTable nat = copy.generation().nat();
        int slot = (int) words[at];
        int target = nat.slotTarget(slot);
        Optional<NatMapping> mapping =
                target == NatTable.NONE ? Optional.empty() : nat.target(target).mapping();
        return new NatSessionView(
                high(words[at]),
                Kind.values()[Math.min((int) facts & 0xf, KINDS - 1)],
                (int) (words[at + 2] >>> 24) & 0xff,
                tuple(words[at + 1], words[at + 2]),
                tuple(words[at + 3], words[at + 4]),
                owner,
                copy.generation().interfaces().name(owner),
                state((int) (facts >>> 4) & 0xf, (facts >>> 8 & 1) != 0),
                high(words[at + 5]) / AclSessions.TICKS_PER_SECOND,
                idle / AclSessions.TICKS_PER_SECOND,
                (high(facts) - idle) / AclSessions.TICKS_PER_SECOND,
                mapping,
                mapping.map(m -> backend(m, nat.slotBackend(slot))),
                target == NatTable.NONE ? "" : nat.target(target).origin());
    }

    private static NatBackend backend(NatMapping mapping, int index) {
        return mapping.backends().get(index);
    }

    private static Tuple tuple(long addresses, long tuple) {
        return new Tuple(
                IpAddress.ofIpv4(high(addresses)),
                (int) (tuple >>> 48),
                IpAddress.ofIpv4((int) addresses),
                (int) (tuple >>> 32) & 0xffff,
                (int) tuple & NatSessions.TABLE_MASK);
    }

    private static State state(int timeoutClass, boolean closing) {
        return switch (timeoutClass) {
            case NatSessions.TCP_ESTABLISHED -> State.TCP_ESTABLISHED;
            case NatSessions.TCP_TRANSITORY -> closing ? State.TCP_CLOSING : State.TCP_OPENING;
            case NatSessions.TCP_CLOSED -> State.TCP_CLOSED;
            case NatSessions.ICMP -> State.ICMP;
            default -> State.UDP;
        };
    }
}
