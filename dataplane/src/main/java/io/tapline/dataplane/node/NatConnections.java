// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Counters.NatCounter;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.table.Dpo;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.NatFlow;
import io.tapline.dataplane.table.NatPool;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.dataplane.table.NatState;
import io.tapline.dataplane.table.NatTable;
import io.tapline.dataplane.table.NatTarget;
import io.tapline.dataplane.trace.NatVerdict;
import io.tapline.wire.Ipv4;

/**
 * The first packets of connections: chooses backends, addresses and ports, and makes sessions. Methods that may make
 * one return the key that the packet matches from then on, or the complement of an outcome of {@link NatTranslator}.
 * One worker thread.
 */
final class NatConnections {
    /** The same on every node, so that all of them send a connection to the same backend. */
    private static final int HASH_SEED = 0x706c;
    /** No packet has this address: stands for every remote of an identity. */
    private static final int ANYBODY = 0;

    private final Context context;
    private final NatState state;
    private final NatSessions sessions;
    private final NatVerdict verdict;
    private final NatFlow flow = new NatFlow();
    private final int node;

    NatConnections(Context context, NatState state, int node, NatVerdict verdict) {
        this.context = context;
        this.state = state;
        this.sessions = state.sessions();
        this.node = node;
        this.verdict = verdict;
    }

    /** Forwarding table of packets from where this one came. */
    int tableOf(long frame) {
        return context.generation().interfaces().table(Frame.rxInterface(frame));
    }

    /** Drops a packet. */
    int drop(long frame, DropReason reason) {
        Frame.drop(frame, reason, node);
        return NatTranslator.DROP;
    }

    /** A packet that nothing matches. */
    int untranslated(long frame, NatTable nat, boolean returnsTranslated) {
        if (!nat.forwarding()) {
            return drop(frame, DropReason.NAT_NO_TRANSLATION);
        }
        if (!NatPacket.hasPorts(frame)) {
            return NatTranslator.PASS;
        }
        int ports = NatPacket.ports(frame);
        int destination = Ipv4.destination(Frame.ip(frame));
        boolean mistakable = returnsTranslated || nat.isBackend(destination, ports & 0xffff, Frame.protocol(frame));
        if (mistakable) {
            remember(frame, ports);
        }
        return NatTranslator.PASS;
    }

    /**
     * Makes an untranslated session. If a translated connection has the same inside tuple already, or there is no room,
     * nothing is remembered: the packet passes all the same.
     */
    private void remember(long frame, int ports) {
        long ip = Frame.ip(frame);
        int table = tableOf(frame);
        prepare(frame, NatSessions.UNTRANSLATED, NatTable.FREE_SLOT);
        flow.outside(Ipv4.source(ip), ports >>> 16, Ipv4.destination(ip), ports & 0xffff, table);
        int answerer = Ipv4.destination(ip);
        flow.inside(answerer, ports & 0xffff, Ipv4.source(ip), ports >>> 16, table, NatSessions.IN2OUT);
        int now = context.nowTicks();
        boolean room = sessions.owned(flow.owner) < state.sessionsPerInterface();
        if (room && state.ports().insideIsFree(flow, now) && state.ports().outsideIsFree(flow, now)) {
            int session = sessions.add(flow, now);
            if (session != FlowTable.NONE) {
                context.counters().nat(NatCounter.SESSION_ADDED, 1);
                int generation = (int) context.generation().number();
                sessions.track(session << 1, Frame.tcpFlags(frame), Frame.length(frame), generation, now);
            }
        }
    }

    private void prepare(long frame, int kind, int slot) {
        flow.protocol = Frame.protocol(frame);
        flow.kind = kind;
        flow.slot = slot;
        flow.owner = Frame.rxInterface(frame);
    }

    /** A packet to an outside address whose ports are unknown: it passes only if no port of the address is mapped. */
    int withoutPorts(long frame, NatTable nat, int destination) {
        boolean onlyIdentities = nat.isPoolAddress(destination) || nat.findExact(destination, 0, 0) != NatTable.NONE;
        if (onlyIdentities && nat.forwarding()) {
            return NatTranslator.PASS;
        }
        return drop(frame, DropReason.NAT_NO_PORTS);
    }

    /** The session of an identity: one for all its packets, made by the first. */
    int identity(long frame, NatTarget target, boolean fromInside) {
        prepare(frame, NatSessions.IDENTITY, target.slot(0));
        flow.protocol = target.protocol();
        flow.outside(ANYBODY, 0, target.address(), target.port(), 0);
        flow.inside(target.address(), target.port(), ANYBODY, 0, 0, NatSessions.OUTPUT);
        long outside = NatSessions.tuple(0, flow.externalPort, flow.protocol, NatSessions.OUT2IN, 0);
        int key = sessions.find(flow.remote, flow.external, outside);
        int side = fromInside ? 1 : 0;
        if (key != FlowTable.NONE) {
            int session = NatSessions.session(key);
            if (sessions.isAlive(session, context.nowTicks())) {
                return key | side;
            }
            sessions.remove(session);
        }
        return add(frame, side);
    }

    /** A connection to a mapping. */
    int begin(long frame, NatTarget target, int number) {
        if (NatPacket.isReply(frame)) {
            return ~drop(frame, DropReason.NAT_BAD_ICMP);
        }
        long ip = Frame.ip(frame);
        int source = Ipv4.source(ip);
        int ports = NatPacket.ports(frame);
        int backend = backend(frame, target);
        if (backend < 0) {
            verdict.target = number;
            return withoutBackend(frame, target);
        }
        if (!target.allows(source)) {
            return ~drop(frame, DropReason.NAT_SOURCE_NOT_ALLOWED);
        }
        boolean plain = target.backends() == 1 && !target.out2inOnly();
        prepare(frame, plain ? NatSessions.MAPPED : NatSessions.BALANCED, target.slot(backend));
        int table = tableOf(frame);
        int inside = target.table(backend) < 0 ? table : target.table(backend);
        int localPort = target.protocol() == 0 ? ports & 0xffff : target.port(backend);
        flow.outside(source, ports >>> 16, Ipv4.destination(ip), ports & 0xffff, table);
        flow.inside(target.address(backend), localPort, source, ports >>> 16, inside, NatSessions.IN2OUT);
        if (!peerIsUnique(target, backend)) {
            return ~drop(frame, DropReason.NAT_OUT_OF_PORTS);
        }
        if (!state.ports().outsideIsFree(flow, context.nowTicks())) {
            return ~drop(frame, DropReason.NAT_OUT_OF_PORTS);
        }
        int key = add(frame, 0);
        if (key >= 0 && target.affinitySeconds() > 0) {
            state.affinity().note(source, target, backend, context.nowTicks());
        }
        return key;
    }

    private int backend(long frame, NatTarget target) {
        if (target.affinitySeconds() > 0) {
            int source = Ipv4.source(Frame.ip(frame));
            int before = state.affinity().find(source, target, target.affinitySeconds(), context.nowTicks());
            if (before >= 0) {
                return before;
            }
        }
        return draw(frame, target);
    }

    /** The backend for a new connection, by the addresses and ports of its first packet; -1 when none takes any. */
    static int draw(long frame, NatTarget target) {
        long ip = Frame.ip(frame);
        int ports = NatPacket.ports(frame);
        long hash = FlowTable.hashIp4(
                FlowTable.ip4Word(Ipv4.source(ip)),
                FlowTable.ip4Word(Ipv4.destination(ip)),
                FlowTable.ip4Tuple(ports >>> 16, ports & 0xffff, Frame.protocol(frame), HASH_SEED));
        return target.choose(NatTarget.spread(hash ^ (long) ports << 32));
    }

    /** Gives the client another address or port where its own would not bring the answer back, or not to it alone. */
    private boolean peerIsUnique(NatTarget target, int backend) {
        NatPool pool = context.generation().nat().twiceNat();
        int now = context.nowTicks();
        boolean hide = target.hidesClient(backend)
                || target.twiceNat() == NatMapping.TwiceNat.ALWAYS
                || (target.twiceNat() == NatMapping.TwiceNat.SELF && flow.local == flow.remote)
                || (target.twiceNat() == NatMapping.TwiceNat.HAIRPIN && leadsBack());
        if (hide && pool.size() > 0) {
            return state.ports().peer(flow, pool, now);
        }
        return state.ports().insideIsFree(flow, now) || state.ports().peerPort(flow, now);
    }

    /** Whether the backend is behind the interface that the client is behind. */
    private boolean leadsBack() {
        Generation generation = context.generation();
        int table = flow.insideTable;
        for (int i = 0; i < Ip4Lookup.MAX_LOOKUPS && table < generation.tries().length; i++) {
            int dpo = generation.tries()[table].lookup(flow.local);
            int index = Dpo.index(dpo);
            switch (Dpo.kind(dpo)) {
                case Dpo.LOOKUP -> table = index;
                case Dpo.ADJACENCY, Dpo.GATEWAY, Dpo.GLEAN -> {
                    return generation.adjacencies().interfaceIndex(index) == flow.owner;
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    private int withoutBackend(long frame, NatTarget target) {
        return switch (target.withoutBackends()) {
            case FORWARD -> ~untranslated(frame, context.generation().nat(), false);
            case DROP -> ~drop(frame, DropReason.NAT_NO_BACKEND);
            case REJECT -> {
                drop(frame, DropReason.NAT_NO_BACKEND);
                yield ~NatTranslator.REFUSE;
            }
        };
    }

    /** A connection from inside, under an outside address of its own mapping or of the pool. */
    int share(long frame, NatTable nat, NatPool pool) {
        if (!NatPacket.hasPorts(frame)) {
            return ~drop(frame, DropReason.NAT_NO_PORTS);
        }
        if (NatPacket.isReply(frame)) {
            return ~drop(frame, DropReason.NAT_BAD_ICMP);
        }
        long ip = Frame.ip(frame);
        int source = Ipv4.source(ip);
        int destination = Ipv4.destination(ip);
        int ports = NatPacket.ports(frame);
        int outsideTable = context.generation().interfaces().table(Frame.txInterface(frame));
        prepare(frame, NatSessions.SOURCE, NatTable.FREE_SLOT);
        flow.inside(source, ports >>> 16, destination, ports & 0xffff, tableOf(frame), NatSessions.OUTPUT);
        flow.outside(destination, ports & 0xffff, 0, 0, outsideTable);
        int now = context.nowTicks();
        boolean chosen = ownMapping(nat, source, ports >>> 16)
                ? state.ports().outsideIsFree(flow, now)
                : state.ports().external(flow, pool, nat, now);
        if (!chosen) {
            return ~drop(frame, DropReason.NAT_OUT_OF_PORTS);
        }
        int key = add(frame, 1);
        if (key >= 0 && Frame.has(frame, Frame.NAT_INWARD)) {
            sessions.chain(NatSessions.session(key));
        }
        return key;
    }

    /** Takes the outside address of a mapping that works both ways, if the source is its backend. */
    private boolean ownMapping(NatTable nat, int source, int sourcePort) {
        int slot = nat.findBothWays(source, sourcePort, flow.protocol);
        if (slot == NatTable.NONE) {
            return false;
        }
        NatTarget target = nat.target(nat.slotTarget(slot));
        flow.kind = NatSessions.MAPPED;
        flow.slot = slot;
        flow.external = target.address();
        flow.externalPort = target.protocol() == 0 ? sourcePort : target.port();
        return true;
    }

    /** Adds the prepared session; {@code side} is that of the packet. */
    private int add(long frame, int side) {
        if (sessions.owned(flow.owner) >= state.sessionsPerInterface()) {
            return ~drop(frame, DropReason.NAT_OWNER_LIMIT);
        }
        int session = sessions.add(flow, context.nowTicks());
        if (session == FlowTable.NONE) {
            return ~drop(frame, DropReason.NAT_TOO_MANY_SESSIONS);
        }
        verdict.created = true;
        context.counters().nat(NatCounter.SESSION_ADDED, 1);
        return session << 1 | side;
    }
}
