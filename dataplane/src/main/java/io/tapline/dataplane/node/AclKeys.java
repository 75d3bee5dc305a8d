// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Graph;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The session keys of one vector: each packet as it enters the switch by the interface, so that a packet that leaves by
 * it is mirrored. Computed and looked up in passes over the vector, so that the cache misses of many packets overlap.
 * One worker thread.
 */
final class AclKeys {
    /**
     * Marks an ICMP message that goes the other way than the exchange that a session of its identifier would stand for.
     */
    private static final int ICMP_REVERSED = 0x8000;

    private final boolean mirrored;
    private final long[] sources = new long[Graph.VECTOR_FRAMES];
    private final long[] destinations = new long[Graph.VECTOR_FRAMES];
    private final long[] tuples = new long[Graph.VECTOR_FRAMES];
    private final int[] hashes = new int[Graph.VECTOR_FRAMES];
    private final int[] sessions = new int[Graph.VECTOR_FRAMES];
    private long touched;

    AclKeys(boolean mirrored) {
        this.mirrored = mirrored;
    }

    /** Computes the keys of a vector and looks all of them up. */
    void lookUp(long[] frames, int count, FlowTable table) {
        for (int i = 0; i < count; i++) {
            compute(frames[i], i);
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += table.touch(hashes[i]);
        }
        touched += sum;
        for (int i = 0; i < count; i++) {
            sessions[i] = table.findIp4(hashes[i], sources[i], destinations[i], tuples[i]);
        }
    }

    /** The session that the {@code i}th packet had when the vector was looked up, or {@link FlowTable#NONE}. */
    int session(int i) {
        return sessions[i];
    }

    /** Looks the {@code i}th packet up again: packets before it may have added or removed its session. */
    int findAgain(int i, FlowTable table) {
        return table.findIp4(hashes[i], sources[i], destinations[i], tuples[i]);
    }

    /**
     * What lists say about the connection of the {@code i}th packet: about its first packet as it crosses the interface
     * in a direction, whichever direction this one goes.
     */
    int match(@Nullable CompiledAcl lists, int direction, int i) {
        return lists == null ? CompiledAcl.NO_MATCH : lists.matchKey(sources[i], destinations[i], tuples[i], direction);
    }

    int hash(int i) {
        return hashes[i];
    }

    long source(int i) {
        return sources[i];
    }

    long destination(int i) {
        return destinations[i];
    }

    long tuple(int i) {
        return tuples[i];
    }

    /** The sum of what was touched: as long as somebody might ask for it, the JIT compiler cannot drop the touching. */
    long touched() {
        return touched;
    }

    private void compute(long frame, int i) {
        // Source and destination address stand side by side: one read.
        long addresses = Memory.i64(Frame.ip(frame) + 12);
        long source = FlowTable.ip4Word((int) (addresses >>> 32));
        long destination = FlowTable.ip4Word((int) addresses);
        long l4 = Frame.l4Word(frame);
        int protocol = Frame.protocolOf(l4);
        int ports = Frame.portsOf(l4);
        if (protocol == Ipv4.PROTOCOL_ICMP) {
            ports = icmpPorts(frame, ports);
        } else if (mirrored) {
            ports = (ports << 16) | (ports >>> 16);
        }
        int interfaceIndex = mirrored ? Frame.txInterface(frame) : Frame.rxInterface(frame);
        long from = mirrored ? destination : source;
        long to = mirrored ? source : destination;
        long tuple = FlowTable.ip4Tuple(ports >>> 16, ports & 0xffff, protocol, interfaceIndex);
        sources[i] = from;
        destinations[i] = to;
        tuples[i] = tuple;
        hashes[i] = FlowTable.hashIp4(from, to, tuple);
    }

    /**
     * ICMP has no ports; an exchange is known by the request's type and its identifier. A reply is keyed as the request
     * it answers; a request in the direction of replies, and a reply in the direction of requests, must not look like
     * those.
     */
    private int icmpPorts(long frame, int typeAndCode) {
        int type = typeAndCode >>> 16;
        boolean request = Icmpv4.isRequest(type);
        int requestType = request ? type : Icmpv4.requestType(type);
        if (requestType < 0 || !Frame.has(frame, Frame.L4_VALID)) {
            return typeAndCode | ICMP_REVERSED;
        }
        int identifier = Frame.has(frame, Frame.NON_FIRST_FRAGMENT)
                ? Frame.fragmentIdentifier(frame)
                : Icmpv4.identifier(Frame.ethernet(frame) + Frame.l4Offset(frame));
        int mark = request == mirrored ? ICMP_REVERSED : 0;
        return (identifier << 16) | mark | requestType;
    }
}
