// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.graph.NodeIndex;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * All counters of one worker. Only the worker writes, with plain adds; any thread may read, and sees values that are
 * whole and never run backwards, though two counters read one after the other may be from different moments.
 */
public final class Counters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int NODE_STRIDE = 4;
    private static final int PORT_STRIDE = 8;
    private static final int REASONS = DropReason.count();

    /** Counters of one interface. */
    public enum Port {
        /** Frames received. */
        RX_FRAMES,
        /** Bytes received, Ethernet included. */
        RX_BYTES,
        /** Frames sent. */
        TX_FRAMES,
        /** Bytes sent, Ethernet included. */
        TX_BYTES,
        /** Frames received here and dropped, whatever the reason. */
        DROPS,
        /** Times that the interface was not read because packet memory is exhausted. */
        RX_NO_BUFFERS
    }

    private final long[] nodes = new long[NodeIndex.COUNT * NODE_STRIDE];
    private final long[] nodeDrops = new long[NodeIndex.COUNT * REASONS];
    private final long[] ports;
    private final long[] portDrops;
    private final long[] frames = new long[4];
    private final long[] acl = new long[AclCounter.values().length];
    private final long[] nat = new long[NatCounter.values().length];

    /** Counters of the NAT44 nodes. */
    public enum NatCounter {
        /** Packets that a NAT44 node looked at. */
        CHECKED,
        /** Packets of known or new sessions. */
        SESSION_HIT,
        /** Sessions made. */
        SESSION_ADDED,
        /** Sessions that ended by time-out. */
        SESSION_EXPIRED,
        /** Sessions that gave way to new ones because the table was full. */
        SESSION_RECYCLED,
        /** Sessions that ended because what they depended on is gone. */
        SESSION_REVOKED
    }

    /** Counters of the access list nodes (VPP: acl-plugin error counters). */
    public enum AclCounter {
        /** Packets that an access list node looked at. */
        CHECKED,
        /** Packets that a rule permitted. */
        PERMIT,
        /** Packets that a rule denied, or that none matched. */
        DENY,
        /** Sessions that a reflecting rule made. */
        SESSION_ADDED,
        /** Packets of known sessions. */
        SESSION_HIT,
        /** Sessions that ended by time-out. */
        SESSION_EXPIRED,
        /** Transient sessions that gave way to new ones because the table was full. */
        SESSION_RECYCLED,
        /** Sessions that ended because a change of the rules no longer permits them. */
        SESSION_REVOKED
    }

    /** Counters for interfaces 0..{@code maxInterface}. */
    public Counters(int maxInterface) {
        ports = new long[(maxInterface + 1) * PORT_STRIDE];
        portDrops = new long[(maxInterface + 1) * REASONS];
    }

    /** A node was called with {@code count} frames. */
    public void nodeRan(int node, int count) {
        nodes[node * NODE_STRIDE]++;
        nodes[node * NODE_STRIDE + 1] += count;
    }

    /** A timed call took {@code nanos} for {@code count} frames. */
    public void nodeTimed(int node, int count, long nanos) {
        nodes[node * NODE_STRIDE + 2] += count;
        nodes[node * NODE_STRIDE + 3] += nanos;
    }

    /** Frames of one interface were received. */
    public void received(int port, int count, long bytes) {
        ports[port * PORT_STRIDE + Port.RX_FRAMES.ordinal()] += count;
        ports[port * PORT_STRIDE + Port.RX_BYTES.ordinal()] += bytes;
        frames[0] += count;
    }

    /** Frames were sent on one interface. */
    public void sent(int port, int count, long bytes) {
        ports[port * PORT_STRIDE + Port.TX_FRAMES.ordinal()] += count;
        ports[port * PORT_STRIDE + Port.TX_BYTES.ordinal()] += bytes;
        frames[1] += count;
    }

    /** A device was not read because packet memory is exhausted. */
    public void noBuffers(int port) {
        ports[port * PORT_STRIDE + Port.RX_NO_BUFFERS.ordinal()]++;
    }

    /** The switch made a frame: an ARP request, an ICMP error, a segment. */
    public void originated(int count) {
        frames[2] += count;
    }

    /** The switch took a frame for itself, such as an ARP reply. */
    public void delivered(int count) {
        frames[3] += count;
    }

    /** A frame received on {@code port} was dropped by {@code node}. */
    public void dropped(int node, int reason, int port) {
        nodeDrops[node * REASONS + reason]++;
        int base = port < ports.length / PORT_STRIDE ? port : 0;
        ports[base * PORT_STRIDE + Port.DROPS.ordinal()]++;
        portDrops[base * REASONS + reason]++;
    }

    /** Adds to a counter of the access list nodes. */
    public void acl(AclCounter counter, int count) {
        acl[counter.ordinal()] += count;
    }

    /** Adds to a counter of the NAT44 nodes. */
    public void nat(NatCounter counter, int count) {
        nat[counter.ordinal()] += count;
    }

    /** Calls of a node. */
    public long nodeCalls(int node) {
        return read(nodes, node * NODE_STRIDE);
    }

    /** Frames that a node handled. */
    public long nodeFrames(int node) {
        return read(nodes, node * NODE_STRIDE + 1);
    }

    /** Mean nanoseconds per frame over a node's timed calls; 0 when none was timed. */
    public double nodeNanosPerFrame(int node) {
        long count = read(nodes, node * NODE_STRIDE + 2);
        return count == 0 ? 0 : (double) read(nodes, node * NODE_STRIDE + 3) / count;
    }

    /** A counter of an interface. */
    public long port(int port, Port counter) {
        return read(ports, port * PORT_STRIDE + counter.ordinal());
    }

    /** Frames received on an interface and dropped for a reason. */
    public long portDrops(int port, DropReason reason) {
        return read(portDrops, port * REASONS + reason.ordinal());
    }

    /** Frames that a node dropped for a reason. */
    public long nodeDrops(int node, DropReason reason) {
        return read(nodeDrops, node * REASONS + reason.ordinal());
    }

    /** Frames dropped for a reason, by any node. */
    public long drops(DropReason reason) {
        long sum = 0;
        for (int node = 0; node < NodeIndex.COUNT; node++) {
            sum += nodeDrops(node, reason);
        }
        return sum;
    }

    /** Frames dropped. */
    public long drops() {
        long sum = 0;
        for (int i = 0; i < nodeDrops.length; i++) {
            sum += read(nodeDrops, i);
        }
        return sum;
    }

    /** A counter of the access list nodes. */
    public long acl(AclCounter counter) {
        return read(acl, counter.ordinal());
    }

    /** A counter of the NAT44 nodes. */
    public long nat(NatCounter counter) {
        return read(nat, counter.ordinal());
    }

    /** Frames received on all interfaces. */
    public long framesReceived() {
        return read(frames, 0);
    }

    /** Frames sent on all interfaces. */
    public long framesSent() {
        return read(frames, 1);
    }

    /** Frames that the switch made. */
    public long framesOriginated() {
        return read(frames, 2);
    }

    /** Frames that the switch took for itself. */
    public long framesDelivered() {
        return read(frames, 3);
    }

    private static long read(long[] cells, int index) {
        return (long) CELL.getOpaque(cells, index);
    }
}
