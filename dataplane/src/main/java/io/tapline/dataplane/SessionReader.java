// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.wire.IpAddress;
import io.tapline.wire.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the session table part by part: the worker copies the words of at most {@value Page#RECORDS} records between
 * two rounds, in some microseconds, and whoever asked makes sense of them. A session that lives throughout is in
 * exactly one part, because sessions keep their numbers.
 */
final class SessionReader {
    private static final int WORDS = 6;
    private static final int TICKS_PER_SECOND = AclSessions.TICKS_PER_SECOND;

    /** What the worker copied: six words for each session. */
    record Copy(long[] words, int count, int next, int nowTicks, Generation generation) {}

    private SessionReader() {}

    /** Copies live sessions from number {@code from} on. Worker thread. */
    static Copy copy(AclSessions sessions, int from, int nowTicks, Generation generation) {
        FlowTable table = sessions.table();
        int end = Page.end(from, table.highest());
        long[] words = new long[Math.max(0, end - from) * WORDS];
        int count = 0;
        for (int session = from; session < end; session++) {
            if (!table.isUsed(session) || sessions.isExpired(session, nowTicks)) {
                continue;
            }
            long r = table.address(session);
            int at = count++ * WORDS;
            words[at] = session | (long) sessions.timeoutClass(session) << 32 | (long) sessions.sender(session) << 40;
            words[at + 1] = Memory.nativeI64(r + FlowTable.SOURCE_LOW);
            words[at + 2] = Memory.nativeI64(r + FlowTable.DESTINATION_LOW);
            words[at + 3] = Memory.nativeI64(r + FlowTable.TUPLE);
            words[at + 4] = (long) sessions.created(session) << 32 | (sessions.lastActive(session) & 0xffff_ffffL);
            words[at + 5] = (long) sessions.epoch(session) << 40
                    | (sessions.openedByPeer(session) ? 1L << 34 : 0)
                    | (long) sessions.direction(session) << 33
                    | (sessions.rule(session) & 0xffff_ffffL);
        }
        return new Copy(words, count, Page.next(end, table.highest()), nowTicks, generation);
    }

    /** Makes sense of a copy. Any thread. */
    static Page<SessionView> decode(Copy copy) {
        List<SessionView> views = new ArrayList<>(copy.count());
        for (int i = 0; i < copy.count(); i++) {
            views.add(view(copy, i * WORDS));
        }
        return new Page<>(views, copy.next());
    }

    private static SessionView view(Copy copy, int at) {
        long[] words = copy.words();
        long tuple = words[at + 3];
        int interfaceIndex = (int) tuple & 0xffff;
        int direction = (int) (words[at + 5] >>> 33) & 1;
        int epoch = (int) (words[at + 5] >>> 40);
        return new SessionView(
                (int) words[at],
                interfaceIndex,
                copy.generation().interfaces().name(interfaceIndex),
                IpAddress.ofIpv4((int) words[at + 1]),
                IpAddress.ofIpv4((int) words[at + 2]),
                (int) (tuple >>> 24) & 0xff,
                (int) (tuple >>> 48),
                (int) (tuple >>> 32) & 0xffff,
                direction,
                (int) (words[at] >>> 40),
                (words[at + 5] >>> 34 & 1) != 0,
                (int) (words[at] >>> 32) & 0xff,
                (copy.nowTicks() - (int) (words[at + 4] >>> 32)) / TICKS_PER_SECOND,
                (copy.nowTicks() - (int) words[at + 4]) / TICKS_PER_SECOND,
                rule(copy.generation(), interfaceIndex, direction, epoch, (int) words[at + 5]));
    }

    private static Optional<AclRule> rule(
            Generation generation, int interfaceIndex, int direction, int epoch, int rule) {
        CompiledAcl lists = generation.acls().list(interfaceIndex, direction);
        boolean inForce = lists != null
                && rule >= 0
                && rule < lists.entries().size()
                && generation.acls().epoch(interfaceIndex) == epoch;
        return inForce && lists != null ? Optional.of(lists.entry(rule).rule()) : Optional.empty();
    }
}
