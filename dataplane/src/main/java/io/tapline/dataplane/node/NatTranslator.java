// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.NatPool;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.dataplane.table.NatState;
import io.tapline.dataplane.table.NatTable;
import io.tapline.dataplane.table.NatTarget;
import io.tapline.dataplane.trace.NatVerdict;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Tcp;

/**
 * Translates one packet at a time: sessions in every state, and the first packets of connections. What a session's
 * ordinary packets need is found out by {@link Nat44Node}.
 *
 * <p>A packet that matches no session, mapping or identity is left as it is. Where its connection could be mistaken for
 * a translated one later - it goes to a backend's own address, or comes in where source NAT stands on the way back - an
 * untranslated session remembers it, listed and timed like any other.
 *
 * <p>One worker thread.
 */
final class NatTranslator {
    private static final int BEFORE_NAT = Feature.ACL_INPUT.ordinal();

    /** The packet goes on. */
    static final int PASS = 0;
    /** The packet is dropped; the frame says why. */
    static final int DROP = 1;
    /** The packet is dropped and its sender told. */
    static final int REFUSE = 2;

    private final Context context;
    private final NatSessions sessions;
    private final NatErrors errors;
    private final NatConnections connections;
    private final NatVerdict verdict = new NatVerdict();

    /** For the node with this index. */
    NatTranslator(Context context, NatState state, int node) {
        this.context = context;
        this.sessions = state.sessions();
        this.errors = new NatErrors(sessions);
        this.connections = new NatConnections(context, state, node, verdict);
    }

    /** What was done to the last packet; its next index is the node's to fill in. */
    NatVerdict verdict() {
        return verdict;
    }

    /** Notes how a packet looks before it is translated. */
    void begin(long frame) {
        verdict.clear();
        if (Frame.has(frame, Frame.TRACED)) {
            long ip = Frame.ip(frame);
            verdict.source = Ipv4.source(ip);
            verdict.destination = Ipv4.destination(ip);
            verdict.ports = NatPacket.hasPorts(frame) ? NatPacket.ports(frame) : 0;
        }
    }

    /** {@code nat44-out2in}: {@code key} is what the packet matched, or {@link FlowTable#NONE}. */
    int fromOutside(long frame, int key) {
        int live = live(frame, key);
        if (live != FlowTable.NONE) {
            follow(frame, live);
            return PASS;
        }
        if (isError(frame)) {
            return error(frame, NatSessions.OUT2IN);
        }
        NatTable nat = context.generation().nat();
        int destination = Ipv4.destination(Frame.ip(frame));
        boolean returnsTranslated = nat.pool(Frame.rxInterface(frame)) != null;
        if (!NatPacket.hasPorts(frame)) {
            return nat.isExternal(destination)
                    ? connections.withoutPorts(frame, nat, destination)
                    : connections.untranslated(frame, nat, returnsTranslated);
        }
        boolean fromOutside = isFromOutside(context.generation(), frame);
        int number = nat.find(destination, NatPacket.ports(frame) & 0xffff, Frame.protocol(frame), fromOutside);
        if (number == NatTable.NONE) {
            return connections.untranslated(frame, nat, returnsTranslated);
        }
        NatTarget target = nat.target(number);
        int made = target.isIdentity()
                ? connections.identity(frame, target, false)
                : connections.begin(frame, target, number);
        return began(frame, made);
    }

    /** {@code nat44-in2out}: replies of connections from outside, and connections to outside addresses from inside. */
    int fromInside(long frame, int key) {
        int live = live(frame, key);
        if (live != FlowTable.NONE) {
            follow(frame, live);
            return PASS;
        }
        if (isError(frame)) {
            return error(frame, NatSessions.IN2OUT);
        }
        NatTable nat = context.generation().nat();
        if (nat.isExternal(Ipv4.destination(Frame.ip(frame))) && NatPacket.hasPorts(frame)) {
            return fromOutside(frame, find(frame, NatSessions.OUT2IN));
        }
        return connections.untranslated(frame, nat, false);
    }

    /** {@code nat44-in2out-output}: connections that begin inside. */
    int leaving(long frame, int key) {
        NatTable nat = context.generation().nat();
        NatPool pool = nat.pool(Frame.txInterface(frame));
        if (pool == null || Frame.has(frame, Frame.NAT_OUTWARD)) {
            return PASS;
        }
        int live = live(frame, key);
        if (live != FlowTable.NONE) {
            follow(frame, live);
            return PASS;
        }
        if (isError(frame)) {
            return error(frame, NatSessions.OUTPUT);
        }
        if (nat.isExternal(Ipv4.source(Frame.ip(frame)))) {
            return ownAddress(frame, nat);
        }
        if (pool.excludes(Ipv4.destination(Frame.ip(frame))) || isReply(frame)) {
            return PASS;
        }
        return began(frame, connections.share(frame, nat, pool));
    }

    /** Packets of the node itself: identities show their session, everything else is left alone as well. */
    private int ownAddress(long frame, NatTable nat) {
        if (!NatPacket.hasPorts(frame)) {
            return PASS;
        }
        int number = nat.find(Ipv4.source(Frame.ip(frame)), NatPacket.ports(frame) >>> 16, Frame.protocol(frame), true);
        if (number == NatTable.NONE || !nat.target(number).isIdentity()) {
            return PASS;
        }
        return began(frame, connections.identity(frame, nat.target(number), true));
    }

    /** Whether a packet answers a connection that came from outside; NAT need not have seen it on its way in. */
    private boolean isReply(long frame) {
        if (!NatPacket.hasPorts(frame)) {
            return false;
        }
        int key = reversed(frame, NatSessions.OUT2IN);
        if (key == FlowTable.NONE || !sessions.isAlive(NatSessions.session(key), context.nowTicks())) {
            return false;
        }
        track(frame, key ^ 1);
        return true;
    }

    /** The key of the packet's answer. */
    private int reversed(long frame, int space) {
        long ip = Frame.ip(frame);
        int ports = NatPacket.ports(frame);
        long tuple = NatSessions.tuple(
                ports & 0xffff, ports >>> 16, Frame.protocol(frame), space, connections.tableOf(frame));
        return sessions.find(Ipv4.destination(ip), Ipv4.source(ip), tuple);
    }

    private int began(long frame, int outcome) {
        if (outcome < 0) {
            return ~outcome;
        }
        follow(frame, outcome);
        return PASS;
    }

    /** Notes a packet of a session and translates it. */
    private void follow(long frame, int key) {
        track(frame, key);
        show(NatSessions.session(key));
        translate(frame, key);
    }

    private void track(long frame, int key) {
        int generation = (int) context.generation().number();
        sessions.track(key, Frame.tcpFlags(frame), Frame.length(frame), generation, context.nowTicks());
    }

    private void show(int session) {
        verdict.slot = sessions.slot(session);
        verdict.session = sessions.kind(session) == NatSessions.UNTRANSLATED ? -1 : session;
    }

    /** Makes a packet what its session says, once more if a second session takes part. */
    void translate(long frame, int key) {
        int session = NatSessions.session(key);
        int kind = sessions.kind(session);
        if (kind < NatSessions.IDENTITY) {
            NatPacket.rewrite(frame, sessions.newSource(key), sessions.newDestination(key), sessions.newPorts(key));
        }
        direct(frame, key, kind);
        if (sessions.isChained(session) && !NatSessions.isInside(key)) {
            int second = live(frame, find(frame, NatSessions.IN2OUT));
            if (second != FlowTable.NONE) {
                track(frame, second);
                translate(frame, second);
            }
        }
    }

    /** Tells the nodes to come which way the packet goes, and in which table to look it up. */
    private void direct(long frame, int key, int kind) {
        int flag = NatSessions.isInside(key) ? Frame.NAT_OUTWARD : kind < NatSessions.IDENTITY ? Frame.NAT_INWARD : 0;
        Frame.flags(frame, Frame.flags(frame) | flag);
        if (kind < NatSessions.IDENTITY) {
            int table = sessions.newTable(key);
            if (table != connections.tableOf(frame)) {
                Frame.table(frame, table);
            }
        }
    }

    /** The key if its session may serve this packet; a session that may not is removed. */
    private int live(long frame, int key) {
        if (key == FlowTable.NONE) {
            return FlowTable.NONE;
        }
        int session = NatSessions.session(key);
        boolean begins = (Frame.tcpFlags(frame) & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN && sessions.isClosing(session);
        if (begins || !sessions.isAlive(session, context.nowTicks())) {
            sessions.remove(session);
            return FlowTable.NONE;
        }
        return key;
    }

    private int find(long frame, int space) {
        long ip = Frame.ip(frame);
        long tuple = NatPacket.tuple(frame, space, connections.tableOf(frame));
        return sessions.find(Ipv4.source(ip), Ipv4.destination(ip), tuple);
    }

    private static boolean isError(long frame) {
        return Frame.protocol(frame) == Ipv4.PROTOCOL_ICMP
                && Frame.has(frame, Frame.L4_VALID)
                && Icmpv4.isError(Frame.sourcePort(frame));
    }

    /** An error follows the session of the packet that it reports. */
    private int error(long frame, int space) {
        int key = errors.find(frame, space, connections.tableOf(frame));
        if (key == FlowTable.NONE || !sessions.isAlive(NatSessions.session(key), context.nowTicks())) {
            if (space == NatSessions.IN2OUT || context.generation().nat().forwarding()) {
                return PASS;
            }
            return connections.drop(frame, DropReason.NAT_BAD_ICMP);
        }
        int session = NatSessions.session(key);
        int kind = sessions.kind(session);
        show(session);
        if (kind < NatSessions.IDENTITY) {
            errors.translate(frame, key, space);
        }
        direct(frame, key, kind);
        return PASS;
    }

    /** Whether a packet's sender is on the outside, by the role of the interface. */
    static boolean isFromOutside(Generation generation, long frame) {
        return generation.arcs().next(Frame.rxInterface(frame), BEFORE_NAT) == NodeIndex.NAT44_OUT2IN;
    }
}
