// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Counters.AclCounter;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.config.AclAction;
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
import org.jspecify.annotations.Nullable;

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
 *
 * <p><b>Sender lists.</b> Packets carry the sender lists of their receiving interface to wherever they leave the
 * switch, where both those and the output lists must permit them; NAT has been done by then. VPP has no such thing:
 * Contiv folds what each sender may do into a list for each receiver, which grows with their product and forgets whose
 * rule it was.
 *
 * <p><b>A session exists only because rules let its first packet pass</b>, on its whole way. The way in remembers in
 * the frame which session the packet opened or went on with; the way out removes that one when it denies the packet. A
 * packet that opens a connection on its way in, but would pass as an answer on its way out, is no answer: the rules
 * judge it. So a responder whose session was revoked cannot revive the connection by speaking first.
 */
public final class AclNode extends Node {
    private static final int UNDECIDED = -2;
    private static final int ORDINARY_FLAGS = Frame.L4_VALID | Frame.TRACED | Frame.LOCALLY_ORIGINATED;
    private static final int ACTION_SESSION = 3;
    private static final int TRACE_SESSION = 0x8000_0000;

    private final Context context;
    private final int direction;
    private final int position;
    private final AclVerdict verdict = new AclVerdict();
    private final AclKeys keys;
    private final Refusals refusals;
    private final AclReview review;
    private boolean rejected;
    private boolean justRevoked;
    private int contradicted;
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
        this.review = new AclReview(context, keys);
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
                    && (Frame.flags(frame) & ORDINARY_FLAGS) == Frame.L4_VALID
                    && !contradictsInput(sessions, frame, session)
                    && sessions.touch(session, direction, Frame.tcpFlags(frame), epoch, now);
            if (ordinary && direction == InterfaceAcls.INPUT) {
                Frame.inputSession(frame, session, forward(sessions, session));
            }
            next[i] = ordinary ? node : UNDECIDED;
            followed += ordinary ? 1 : 0;
        }
        permits += followed;
        hits += followed;
        return followed == count;
    }

    /** Whether the packet opened its connection on the way in, but would leave as an answer. */
    private boolean contradictsInput(AclSessions sessions, long frame, int session) {
        return direction == InterfaceAcls.OUTPUT
                && (wayIn(frame) & Frame.INPUT_FORWARD) != 0
                && sessions.openedHere(session);
    }

    private static int forward(AclSessions sessions, int session) {
        return sessions.openedHere(session) ? Frame.INPUT_FORWARD : 0;
    }

    /** What the way in noted about its session; 0 for nothing. */
    private static int wayIn(long frame) {
        return Frame.has(frame, Frame.LOCALLY_ORIGINATED) ? 0 : Frame.inputSession(frame);
    }

    private int judge(Generation generation, long frame, int i) {
        verdict.traceBits = 0;
        verdict.entry = -1;
        verdict.lists = -1;
        rejected = false;
        justRevoked = false;
        contradicted = FlowTable.NONE;
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
            forgetDenied(frame);
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
        if (contradictsInput(sessions, frame, session)) {
            contradicted = session;
            return FlowTable.NONE;
        }
        int interfaceIndex = interfaceOf(frame);
        if (sessions.epoch(session) != generation.acls().epoch(interfaceIndex)
                && !review.mayGoOn(generation, interfaceIndex, session, i, sender(frame))) {
            sessions.remove(session);
            justRevoked = true;
            revoked++;
            return FlowTable.NONE;
        }
        return session;
    }

    private static boolean isBareSyn(long frame) {
        return (Frame.tcpFlags(frame) & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN;
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
        verdict.lists = InterfaceAcls.cell(interfaceOf(frame), direction);
        if (direction == InterfaceAcls.INPUT && !error) {
            Frame.inputSession(frame, session, forward(sessions, session));
        }
        return true;
    }

    private boolean judgeByRules(Generation generation, long frame, int i) {
        if (Frame.has(frame, Frame.REFUSAL)) {
            return passWithoutLists(null);
        }
        boolean known = Frame.has(frame, Frame.L4_VALID);
        if (!known && Frame.has(frame, Frame.NON_FIRST_FRAGMENT)) {
            noRule(AclAction.DENY);
            return deny(frame, DropReason.ACL_FRAGMENT_WITHOUT_FIRST);
        }
        InterfaceAcls acls = generation.acls();
        int interfaceIndex = interfaceOf(frame);
        CompiledAcl lists = acls.list(interfaceIndex, direction);
        if (direction == InterfaceAcls.OUTPUT && acls.hasSenderLists()) {
            int sender = sender(frame);
            CompiledAcl carried = isAnswerOnWayIn(frame) ? null : acls.list(sender, InterfaceAcls.SENDER);
            if (carried != null && match(carried, InterfaceAcls.cell(sender, InterfaceAcls.SENDER), frame) < 0) {
                return false;
            }
            if (lists == null) {
                return passWithoutLists(carried);
            }
        }
        if (lists == null) {
            noRule(AclAction.DENY);
            return deny(frame, DropReason.ACL_DENY);
        }
        int match = match(lists, InterfaceAcls.cell(interfaceIndex, direction), frame);
        return match >= 0 && (verdict.action == AclAction.PERMIT.ordinal() || reflect(generation, frame, i, match));
    }

    /**
     * Whether the packet entered as an answer in a session that was there before it: the connection was permitted to
     * its sender, so what the sender itself may open does not matter.
     */
    private static boolean isAnswerOnWayIn(long frame) {
        int wayIn = wayIn(frame);
        return wayIn != 0 && (wayIn & (Frame.INPUT_FORWARD | Frame.INPUT_MADE)) == 0;
    }

    /** Nothing stands at the way out but what the packet carried, which may be nothing: no session is made here. */
    private boolean passWithoutLists(@Nullable CompiledAcl carried) {
        if (carried == null) {
            noRule(AclAction.PERMIT);
        }
        verdict.action = AclAction.PERMIT.ordinal();
        return true;
    }

    private void noRule(AclAction action) {
        verdict.action = action.ordinal();
        verdict.aclIndex = -1;
        verdict.ruleIndex = -1;
    }

    /** The rule of some lists that permits the packet, or -1 when it was denied. Fills the verdict in. */
    private int match(CompiledAcl lists, int cell, long frame) {
        long ip = Frame.ip(frame);
        int match = lists.matchIp4(
                Ipv4.source(ip),
                Ipv4.destination(ip),
                Frame.protocol(frame),
                Frame.ports(frame),
                Frame.has(frame, Frame.L4_VALID));
        lists.hit(match);
        verdict.entry = match;
        verdict.lists = cell;
        if (match == CompiledAcl.NO_MATCH) {
            noRule(AclAction.DENY);
            deny(frame, DropReason.ACL_DENY);
            return CompiledAcl.NO_MATCH;
        }
        verdict.action = lists.action(match);
        verdict.aclIndex = lists.aclIndex(match);
        verdict.ruleIndex = lists.ruleIndex(match);
        if (lists.permits(match)) {
            return match;
        }
        rejected = verdict.action == AclAction.REJECT.ordinal();
        verdict.action = AclAction.DENY.ordinal();
        deny(frame, rejected ? DropReason.ACL_REJECT : DropReason.ACL_DENY);
        return CompiledAcl.NO_MATCH;
    }

    /** The interface whose lists the packet carries; 0, which has none, for a packet that the switch made. */
    private static int sender(long frame) {
        return Frame.has(frame, Frame.LOCALLY_ORIGINATED) ? 0 : Frame.rxInterface(frame);
    }

    /**
     * A packet that is denied on its way out leaves no session behind on its way in, nor the one that it contradicted:
     * else its sender's next packet would pass as an answer. NAT may have changed its destination, and the number may
     * stand for another session by now, so the sender's side of the key must fit.
     */
    private void forgetDenied(long frame) {
        if (contradicted != FlowTable.NONE) {
            context.sessions().remove(contradicted);
        }
        int wayIn = direction == InterfaceAcls.OUTPUT ? wayIn(frame) : 0;
        if ((wayIn & (Frame.INPUT_FORWARD | Frame.INPUT_MADE)) == 0) {
            return;
        }
        AclSessions sessions = context.sessions();
        int session = Frame.sessionOf(wayIn);
        if (sessions.isOf(session, Frame.rxInterface(frame), Frame.protocol(frame), Ipv4.source(Frame.ip(frame)))) {
            sessions.remove(session);
        }
    }

    private boolean reflect(Generation generation, long frame, int i, int match) {
        AclSessions sessions = context.sessions();
        boolean opens = isBareSyn(frame) || Frame.protocol(frame) == Ipv4.PROTOCOL_ICMP;
        boolean answers = !opens && !justRevoked && isAnswer(generation, frame, i);
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
        if (direction == InterfaceAcls.INPUT) {
            Frame.inputSession(frame, session, Frame.INPUT_MADE | (answers ? 0 : Frame.INPUT_FORWARD));
        } else {
            sessions.sender(session, sender(frame));
        }
        sessions.track(session, direction, Frame.tcpFlags(frame), context.nowTicks());
        added++;
        return true;
    }

    /** The way in knows whether a packet answers; where it did not look, whoever may have opened the connection did. */
    private boolean isAnswer(Generation generation, long frame, int i) {
        int wayIn = direction == InterfaceAcls.OUTPUT ? wayIn(frame) : 0;
        return wayIn == 0 ? peerMayOpen(generation, frame, i) : (wayIn & Frame.INPUT_FORWARD) == 0;
    }

    /** Whether the lists of the other direction would let the peer open the connection that the packet belongs to. */
    private boolean peerMayOpen(Generation generation, long frame, int i) {
        int interfaceIndex = interfaceOf(frame);
        return permitsReverse(generation.acls().list(interfaceIndex, 1 - direction), i)
                && (direction == InterfaceAcls.INPUT
                        || permitsReverse(generation.acls().list(interfaceIndex, InterfaceAcls.SENDER), i));
    }

    private boolean permitsReverse(@Nullable CompiledAcl lists, int i) {
        return lists == null || lists.permits(keys.match(lists, 1 - direction, i));
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
