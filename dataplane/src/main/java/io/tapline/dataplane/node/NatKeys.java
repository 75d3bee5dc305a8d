// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Interfaces;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Graph;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.wire.Memory;

/**
 * The NAT session keys of one vector, as {@link AclKeys} those of access lists: computed and looked up in passes, so
 * that the cache misses of many packets overlap. One worker thread.
 */
final class NatKeys {
    private final int space;
    private final long[] sources = new long[Graph.VECTOR_FRAMES];
    private final long[] destinations = new long[Graph.VECTOR_FRAMES];
    private final long[] tuples = new long[Graph.VECTOR_FRAMES];
    private final int[] hashes = new int[Graph.VECTOR_FRAMES];
    private final int[] keys = new int[Graph.VECTOR_FRAMES];
    private long touched;

    /** Keys of one of the spaces of {@link NatSessions}. */
    NatKeys(int space) {
        this.space = space;
    }

    /** Computes the keys of a vector and looks all of them up. */
    void lookUp(long[] frames, int count, FlowTable table, Interfaces interfaces) {
        for (int i = 0; i < count; i++) {
            compute(frames[i], i, interfaces);
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += table.touch(hashes[i]);
        }
        touched += sum;
        for (int i = 0; i < count; i++) {
            keys[i] = table.findIp4(hashes[i], sources[i], destinations[i], tuples[i]);
        }
    }

    /** The key that the {@code i}th packet had when the vector was looked up, or {@link FlowTable#NONE}. */
    int key(int i) {
        return keys[i];
    }

    /** Looks the {@code i}th packet up again: packets before it may have added or removed its session. */
    int findAgain(int i, FlowTable table) {
        return table.findIp4(hashes[i], sources[i], destinations[i], tuples[i]);
    }

    /** The sum of what was touched: as long as somebody might ask for it, the JIT compiler cannot drop the touching. */
    long touched() {
        return touched;
    }

    private void compute(long frame, int i, Interfaces interfaces) {
        // Source and destination address stand side by side: one read.
        long addresses = Memory.i64(Frame.ip(frame) + 12);
        long from = FlowTable.ip4Word((int) (addresses >>> 32));
        long to = FlowTable.ip4Word((int) addresses);
        boolean settled = space == NatSessions.OUTPUT && Frame.has(frame, Frame.NAT_OUTWARD);
        // A word without an address family is no key's.
        long tuple = !settled && NatPacket.hasPorts(frame)
                ? NatPacket.tuple(frame, space, interfaces.table(Frame.rxInterface(frame)))
                : 0;
        sources[i] = from;
        destinations[i] = to;
        tuples[i] = tuple;
        hashes[i] = FlowTable.hashIp4(from, to, tuple);
    }
}
