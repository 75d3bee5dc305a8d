// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Ipv4;

/**
 * Finds ports (for ICMP identifiers) that make a session's tuples unique. A port is free when no session has the same
 * whole tuple, so that one address serves as many connections as it has ports for <em>each</em> remote endpoint.
 *
 * <p>Candidates are probed from a random start with a random stride, at most {@value #MAX_PROBES} of them: beyond 99 %
 * use of the ports for one remote endpoint some attempts fail, rather than one packet costing thousands of lookups.
 *
 * <p>Threading: one worker thread.
 */
public final class NatPorts {
    /** Most ports tried for one session. */
    public static final int MAX_PROBES = 1024;

    /** Primes above the number of ports, so that each strides through all of them whatever their number. */
    private static final int[] STRIDES = {
        65_537, 72_949, 81_197, 90_373, 100_591, 111_959, 124_633, 138_727, 154_409, 171_863, 191_297, 212_917, 236_981,
        263_761, 293_599, 326_779
    };

    /** Beyond this many tries nearly all ports are in use: by chance it takes as many at 80 % once in 35 times. */
    private static final int SHORT_PROBES = 16;

    private final NatSessions sessions;
    private long state;
    private long shortages;
    private int shortAddress;
    private int shortRemote;
    private int shortRemotePort;
    private int shortProtocol;
    private int shortOwner;
    private int shortTicks;

    /**
     * The last search among a pool's ports that took more than {@value #SHORT_PROBES} tries or failed.
     *
     * @param address outside IPv4 address
     * @param remote remote IPv4 address
     * @param remotePort its port
     * @param protocol IP protocol
     * @param owner interface whose packet began the connection
     * @param ticks when
     * @param count of such searches so far; 0: none, and the rest means nothing
     */
    public record Shortage(int address, int remote, int remotePort, int protocol, int owner, int ticks, long count) {}

    /** Ports for these sessions; {@code seed} makes them hard to guess. */
    public NatPorts(NatSessions sessions, long seed) {
        this.sessions = sessions;
        this.state = seed;
    }

    /**
     * Chooses a flow's outside address and port among a pool's; a client's first choice is always the same address.
     *
     * @return whether one was free; the flow's external address, port and slot are set then
     */
    public boolean external(NatFlow flow, NatPool pool, NatTable table, int now) {
        int first = (int) Long.remainderUnsigned(BackendChooser.mix(flow.local), pool.size());
        for (int i = 0; i < pool.size(); i++) {
            int index = (first + i) % pool.size();
            flow.external = pool.address(index);
            flow.slot = pool.slot(index);
            if (externalPort(flow, pool, table, now)) {
                return true;
            }
        }
        return false;
    }

    /** The last shortage. */
    public Shortage shortage() {
        return new Shortage(
                shortAddress, shortRemote, shortRemotePort, shortProtocol, shortOwner, shortTicks, shortages);
    }

    private void noteShortage(NatFlow flow, int now) {
        shortAddress = flow.external;
        shortRemote = flow.remote;
        shortRemotePort = flow.remotePort;
        shortProtocol = flow.protocol;
        shortOwner = flow.owner;
        shortTicks = now;
        shortages++;
    }

    private boolean externalPort(NatFlow flow, NatPool pool, NatTable table, int now) {
        flow.externalPort = flow.localPort;
        if (!hasPorts(flow.protocol)) {
            return outsideIsFree(flow, now);
        }
        int kept = flow.localPort - pool.firstPort();
        // A new port costs SCTP a checksum over the whole packet.
        if (flow.protocol == Ipv4.PROTOCOL_SCTP
                && kept >= 0
                && kept < pool.portCount()
                && mayUse(flow, table)
                && outsideIsFree(flow, now)) {
            return true;
        }
        int offset = start(pool.portCount());
        int stride = stride(pool.portCount());
        int probes = Math.min(pool.portCount(), MAX_PROBES);
        for (int probe = 1; probe <= probes; probe++) {
            flow.externalPort = pool.firstPort() + offset;
            if (mayUse(flow, table) && outsideIsFree(flow, now)) {
                if (probe > SHORT_PROBES) {
                    noteShortage(flow, now);
                }
                return true;
            }
            offset = (offset + stride) % pool.portCount();
        }
        noteShortage(flow, now);
        return false;
    }

    /** A port that a mapping or identity stands for is never given away. */
    private static boolean mayUse(NatFlow flow, NatTable table) {
        return table.findExact(flow.external, flow.externalPort, flow.protocol) == NatTable.NONE;
    }

    /**
     * Chooses the address and port by which inside knows the flow's remote, among a pool's.
     *
     * @return whether one was free; the flow's peer address and port are set then
     */
    public boolean peer(NatFlow flow, NatPool pool, int now) {
        int first = (int) Long.remainderUnsigned(BackendChooser.mix(flow.remote), pool.size());
        for (int i = 0; i < pool.size(); i++) {
            flow.peer = pool.address((first + i) % pool.size());
            if (peerPort(flow, pool.firstPort(), pool.portCount(), now)) {
                return true;
            }
        }
        return false;
    }

    /** Chooses the port only, among all that are nobody's by convention. */
    public boolean peerPort(NatFlow flow, int now) {
        return peerPort(flow, 1024, 0xffff - 1023, now);
    }

    private boolean peerPort(NatFlow flow, int firstPort, int count, int now) {
        if (!hasPorts(flow.protocol)) {
            return insideIsFree(flow, now);
        }
        int offset = start(count);
        int stride = stride(count);
        for (int probe = Math.min(count, MAX_PROBES); probe > 0; probe--) {
            flow.peerPort = firstPort + offset;
            if (insideIsFree(flow, now)) {
                return true;
            }
            offset = (offset + stride) % count;
        }
        return false;
    }

    /** Whether no living session has the flow's outside tuple; a dead one that still has it is removed. */
    public boolean outsideIsFree(NatFlow flow, int now) {
        return isFree(
                flow.remote,
                flow.external,
                NatSessions.tuple(
                        flow.remotePort, flow.externalPort, flow.protocol, NatSessions.OUT2IN, flow.outsideTable),
                now);
    }

    /** Whether no living session has the flow's inside tuple; a dead one that still has it is removed. */
    public boolean insideIsFree(NatFlow flow, int now) {
        return isFree(
                flow.local,
                flow.peer,
                NatSessions.tuple(flow.localPort, flow.peerPort, flow.protocol, flow.insideSpace, flow.insideTable),
                now);
    }

    private boolean isFree(int source, int destination, long tuple, int now) {
        int key = sessions.find(source, destination, tuple);
        if (key == FlowTable.NONE) {
            return true;
        }
        int session = NatSessions.session(key);
        if (sessions.isAlive(session, now)) {
            return false;
        }
        sessions.remove(session);
        return true;
    }

    private static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case Ipv4.PROTOCOL_TCP, Ipv4.PROTOCOL_UDP, Ipv4.PROTOCOL_SCTP, Ipv4.PROTOCOL_ICMP -> true;
            default -> false;
        };
    }

    private int start(int count) {
        return (int) (((random() >>> 32) * count) >>> 32);
    }

    private int stride(int count) {
        return STRIDES[(int) (random() >>> 60)] % count;
    }

    /** SplitMix64. */
    private long random() {
        state += 0x9e37_79b9_7f4a_7c15L;
        return BackendChooser.mix(state);
    }
}
