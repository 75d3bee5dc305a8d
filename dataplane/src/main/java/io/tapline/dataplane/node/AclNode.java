// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Counters.AclCounter;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.OnChange;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.dataplane.trace.AclVerdict;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;

/**
 * {@code acl-plugin-in-ip4-fa} and {@code acl-plugin-out-ip4-fa}: stateful access lists on the way into and out of the
 * switch. The session table is asked first, the rules only on a miss; no match denies.
 *
 * <p>A vector goes through in passes - keys and hashes, index slots, records, verdicts - so that the cache misses of
 * many packets overlap.
 *
 * <p>Differences from VPP 18.01, all on purpose: ICMP replies match the request's session, and only requests make one;
 * an ICMP error passes if the packet that it reports belongs to a session; a SYN on a closing session is a new
 * connection; later fragments are judged with the ports of their first and dropped without it, never by their addresses
 * alone; a session that a change of the rules no longer permits ends with its next packet; trace bits belong to one
 * packet.
 */
public final class AclNode extends Node {
    private static final int UNDECIDED = -2;
    private static final int ACTION_SESSION = 3;
    private static final int TRACE_SESSION = 0x8000_0000;

    private final Context context;
    private final int direction;
    private final int position;
    private final AclVerdict verdict = new AclVerdict();
    private final AclKeys keys;
    private final Refusals refusals;
    private boolean rejected;
    private int permits;
    private int denies;
    private int hits;
    private int added;
    private int revoked;

    private AclNode(Context context, int index, int direction, Feature feature) {
        super(index);
        this.context = context;
        this.direction = direction;
        this.position = feature.ordinal();
        this.refusals = new Refusals(context);
        this.keys = new AclKeys(direction == InterfaceAcls.OUTPUT);
    }

    /** {@code acl-plugin-in-ip4-fa}: lists of the receiving interface. */
    public static AclNode input(Context context) {
        return new AclNode(context, NodeIndex.ACL_IN_IP4, InterfaceAcls.INPUT, Feature.ACL_INPUT);
    }

    /** {@code acl-plugin-out-ip4-fa}: lists of the sending interface. */
    public static AclNode output(Context context) {
        return new AclNode(context, NodeIndex.ACL_OUT_IP4, InterfaceAcls.OUTPUT, Feature.ACL_OUTPUT);
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        keys.lookUp(frames, count, context.sessions().table());
        permits = denies = hits = added = revoked = 0;
        if (!followAll(frames, count, next)) {
            Generation generation = context.generation();
            for (int i = 0; i < count; i++) {
                if (next[i] == UNDECIDED) {
                    next[i] = judge(generation, frames[i], i);
                }
            }
        }
        count(count);
    }

    /** The sum of touched words; see {@link AclKeys#touched}. */
    public long touched() {
        return keys.touched();
    }

    private int interfaceOf(long frame) {
        return direction == InterfaceAcls.INPUT ? Frame.rxInterface(frame) : Frame.txInterface(frame);
    }

    /**
     * Settles the packets of sessions that they do not change: nearly all packets. The others are left
     * {@link #UNDECIDED}; only {@link #judge} adds or removes sessions, so each one found is still there.
     *
     * @return whether none is left
     */
    private boolean followAll(long[] frames, int count, int[] next) {
        Generation generation = context.generation();
        AclSessions sessions = context.sessions();
        int now = context.nowTicks();
        int lastInterface = -1;
        int epoch = 0;
        int node = 0;
        int followed = 0;
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            int interfaceIndex = interfaceOf(frame);
            if (interfaceIndex != lastInterface) {
                lastInterface = interfaceIndex;
                epoch = generation.acls().epoch(interfaceIndex);
                node = generation.arcs().next(interfaceIndex, position);
            }
            int session = keys.session(i);
            boolean ordinary = session != FlowTable.NONE
                    && (Frame.flags(frame) & (Frame.L4_VALID | Frame.TRACED)) == Frame.L4_VALID
                    && sessions.touch(session, direction, Frame.tcpFlags(frame), epoch, now);
            next[i] = ordinary ? node : UNDECIDED;
            followed += ordinary ? 1 : 0;
        }
        permits += followed;
        hits += followed;
        return followed == count;
    }

    private int judge(Generation generation, long frame, int i) {
        verdict.traceBits = 0;
        verdict.entry = -1;
        rejected = false;
        int session = FlowTable.NONE;
        if (Frame.has(frame, Frame.L4_VALID)) {
            session = liveSession(generation, frame, i);
        }
        boolean passes = session != FlowTable.NONE
                ? followSession(generation, frame, session)
                : judgeByRules(generation, frame, i);
        int next = NodeIndex.ERROR_DROP;
        if (passes) {
            next = generation.arcs().next(interfaceOf(frame), position);
            permits++;
        } else {
            denies++;
        }
        if (Frame.has(frame, Frame.TRACED)) {
            trace(generation, frame, passes);
        }
        if (rejected) {
            next = refusals.answer(generation, frame, index(), direction == InterfaceAcls.OUTPUT);
        }
        return next;
    }

    private int liveSession(Generation generation, long frame, int i) {
        AclSessions sessions = context.sessions();
        int session = keys.findAgain(i, sessions.table());
        if (session == FlowTable.NONE) {
            return Frame.protocol(frame) == Ipv4.PROTOCOL_ICMP ? related(frame) : FlowTable.NONE;
        }
        boolean bareSyn = isBareSyn(frame);
        if (sessions.isExpired(session, context.nowTicks()) || (bareSyn && sessions.isClosing(session))) {
            sessions.remove(session);
            return FlowTable.NONE;
        }
        if (bareSyn && sessions.openedByPeer(session) == (direction == sessions.direction(session))) {
            // The session lets answers through; to open a connection the other way is for the rules to permit.
            return FlowTable.NONE;
        }
        int interfaceIndex = interfaceOf(frame);
        if (sessions.epoch(session) != generation.acls().epoch(interfaceIndex)
                && !mayGoOn(generation, interfaceIndex, session, i)) {
            sessions.remove(session);
            revoked++;
            return FlowTable.NONE;
        }
        return session;
    }

    private static boolean isBareSyn(long frame) {
        return (Frame.tcpFlags(frame) & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN;
    }

    /**
     * Judges a session's first packet anew, under the lists as they are now: those that made it, and if the peer opened
     * the connection those that the peer's packets pass as well. What becomes of a session that they deny is for the
     * list to say that denies it.
     */
    private boolean mayGoOn(Generation generation, int interfaceIndex, int session, int i) {
        AclSessions sessions = context.sessions();
        InterfaceAcls acls = generation.acls();
        int epoch = acls.epoch(interfaceIndex);
        int madeBy = sessions.direction(session);
        CompiledAcl denier = acls.list(interfaceIndex, madeBy);
        int match = keys.match(denier, madeBy, i);
        if (CompiledAcl.reflects(denier, match)) {
            CompiledAcl opposite = acls.list(interfaceIndex, 1 - madeBy);
            int answered = sessions.openedByPeer(session) ? keys.match(opposite, 1 - madeBy, i) : CompiledAcl.NO_MATCH;
            if (opposite == null || !sessions.openedByPeer(session) || opposite.permits(answered)) {
                sessions.judged(session, madeBy, match, epoch);
                return true;
            }
            denier = opposite;
            match = answered;
        }
        OnChange onChange = denier == null ? OnChange.RE_EVALUATE : denier.onChange(match);
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

    /** The session of the packet that an ICMP error reports: it crossed this interface the other way. */
    private int related(long frame) {
        int type = Frame.sourcePort(frame);
        int inner = Frame.l4Offset(frame) + Icmpv4.HEADER_BYTES;
        int available = Frame.length(frame) - inner;
        if (!Icmpv4.isError(type) || Frame.has(frame, Frame.NON_FIRST_FRAGMENT) || available < Ipv4.HEADER_BYTES + 8) {
            return FlowTable.NONE;
        }
        return IcmpRelated.find(
                context.sessions(),
                Frame.ethernet(frame) + inner,
                available,
                direction == InterfaceAcls.INPUT,
                interfaceOf(frame),
                context.nowTicks());
    }

    private boolean followSession(Generation generation, long frame, int session) {
        AclSessions sessions = context.sessions();
        boolean error = Frame.protocol(frame) == Ipv4.PROTOCOL_ICMP && Icmpv4.isError(Frame.sourcePort(frame));
        int bits = error ? 0 : sessions.track(session, direction, Frame.tcpFlags(frame), context.nowTicks());
        hits++;
        verdict.action = ACTION_SESSION;
        verdict.aclIndex = -1;
        verdict.ruleIndex = generation.config().firstAclSession() + session;
        verdict.traceBits = TRACE_SESSION | bits;
        verdict.entry = sessions.direction(session) == direction ? sessions.rule(session) : -1;
        return true;
    }

    private boolean judgeByRules(Generation generation, long frame, int i) {
        int interfaceIndex = interfaceOf(frame);
        CompiledAcl lists = generation.acls().list(interfaceIndex, direction);
        long ip = Frame.ip(frame);
        boolean known = Frame.has(frame, Frame.L4_VALID);
        boolean orphan = !known && Frame.has(frame, Frame.NON_FIRST_FRAGMENT);
        int match = lists == null || orphan
                ? CompiledAcl.NO_MATCH
                : lists.matchIp4(
                        Ipv4.source(ip), Ipv4.destination(ip), Frame.protocol(frame), Frame.ports(frame), known);
        verdict.entry = match;
        if (lists != null && !orphan) {
            lists.hit(match);
        }
        if (lists == null || match == CompiledAcl.NO_MATCH) {
            verdict.action = AclAction.DENY.ordinal();
            verdict.aclIndex = -1;
            verdict.ruleIndex = -1;
            return deny(frame, orphan ? DropReason.ACL_FRAGMENT_WITHOUT_FIRST : DropReason.ACL_DENY);
        }
        verdict.action = lists.action(match);
        verdict.aclIndex = lists.aclIndex(match);
        verdict.ruleIndex = lists.ruleIndex(match);
        if (verdict.action == AclAction.DENY.ordinal()) {
            return deny(frame, DropReason.ACL_DENY);
        }
        if (verdict.action == AclAction.REJECT.ordinal()) {
            verdict.action = AclAction.DENY.ordinal();
            rejected = true;
            return deny(frame, DropReason.ACL_REJECT);
        }
        return verdict.action == AclAction.PERMIT.ordinal() || reflect(generation, frame, i, match);
    }

    private boolean reflect(Generation generation, long frame, int i, int match) {
        AclSessions sessions = context.sessions();
        boolean opens = isBareSyn(frame) || Frame.protocol(frame) == Ipv4.PROTOCOL_ICMP;
        boolean answers = !opens && peerMayOpen(generation, frame, i);
        if (!mayMakeSession(frame, answers) || keys.findAgain(i, sessions.table()) != FlowTable.NONE) {
            verdict.action = AclAction.PERMIT.ordinal();
            return true;
        }
        int session =
                sessions.add(keys.hash(i), keys.source(i), keys.destination(i), keys.tuple(i), context.nowTicks());
        if (session == FlowTable.NONE) {
            verdict.action = AclAction.DENY.ordinal();
            return deny(frame, DropReason.ACL_TOO_MANY_SESSIONS);
        }
        sessions.judged(session, direction, match, generation.acls().epoch(interfaceOf(frame)));
        if (answers) {
            sessions.markOpenedByPeer(session);
        }
        sessions.track(session, direction, Frame.tcpFlags(frame), context.nowTicks());
        added++;
        return true;
    }

    /** Whether the lists of the other direction would let the peer open the connection that the packet belongs to. */
    private boolean peerMayOpen(Generation generation, long frame, int i) {
        CompiledAcl opposite = generation.acls().list(interfaceOf(frame), 1 - direction);
        return opposite == null || opposite.permits(keys.match(opposite, 1 - direction, i));
    }

    /**
     * Which packets start a session. Of ICMP a request: anything else has no reply that a session could let pass. Of
     * TCP a SYN, or one in mid-connection if its peer might have opened the connection: so a SYN-ACK makes one that
     * answers a permitted SYN, and an ACK out of nowhere opens no way in for its peer; but it does while the switch
     * {@linkplain Context#adoptsConnections adopts} the connections from before its start.
     */
    private boolean mayMakeSession(long frame, boolean answers) {
        if (!Frame.has(frame, Frame.L4_VALID)) {
            return false;
        }
        return switch (Frame.protocol(frame)) {
            case Ipv4.PROTOCOL_ICMP -> Icmpv4.isRequest(Frame.sourcePort(frame));
            case Ipv4.PROTOCOL_TCP ->
                isBareSyn(frame)
                        || (Frame.has(frame, Frame.TCP_FLAGS_VALID)
                                && (Frame.tcpFlags(frame) & (Tcp.FIN | Tcp.RST)) == 0
                                && (answers || context.adoptsConnections()));
            default -> true;
        };
    }

    private boolean deny(long frame, DropReason reason) {
        Frame.drop(frame, reason, index());
        return false;
    }

    private void trace(Generation generation, long frame, boolean passes) {
        long ip = Frame.ip(frame);
        verdict.interfaceIndex = interfaceOf(frame);
        verdict.nextIndex = passes ? generation.aclNext()[verdict.interfaceIndex * 2 + direction] : 0;
        verdict.source = Ipv4.source(ip);
        verdict.destination = Ipv4.destination(ip);
        context.trace().acl(index(), frame, verdict);
    }

    private void count(int checked) {
        io.tapline.dataplane.Counters counters = context.counters();
        counters.acl(AclCounter.CHECKED, checked);
        counters.acl(AclCounter.PERMIT, permits);
        counters.acl(AclCounter.DENY, denies);
        counters.acl(AclCounter.SESSION_HIT, hits);
        counters.acl(AclCounter.SESSION_ADDED, added);
        counters.acl(AclCounter.SESSION_REVOKED, revoked);
        counters.acl(AclCounter.SESSION_RECYCLED, context.sessions().takeRecycled());
    }
}
