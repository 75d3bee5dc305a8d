// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.graph;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.frame.Frame;
import java.util.function.LongSupplier;

/**
 * Moves vectors from node to node until no frame is pending (VPP: vlib_main_loop's dispatch).
 *
 * <p>Each node has a queue; {@link #dispatch} takes up to {@value #VECTOR_FRAMES} frames from the first node in graph
 * order that has any, lets the node process them, and appends each to the queue of its next node. A frame enters the
 * graph by {@link #enqueue}, also from within a node that releases frames it kept.
 *
 * <p>Threading: one worker thread.
 */
public final class Graph {
    /** Most frames that a node handles at once. */
    public static final int VECTOR_FRAMES = 256;
    /** Room of a node's queue: a full vector in flight, as many frames made on the way, and as many released ones. */
    static final int QUEUE_FRAMES = 4 * VECTOR_FRAMES;

    private static final long TIMING_MASK = 63;

    private final Node[] nodes;
    private final Counters counters;
    private final LongSupplier nanoClock;
    private final long[][] queues;
    private final int[] queued;
    private final long[] vector = new long[VECTOR_FRAMES];
    private final int[] next = new int[VECTOR_FRAMES];
    private long pending;
    private long rounds;

    /**
     * A graph over nodes whose position in the array is their index.
     *
     * @param nanoClock for the time spent per node, sampled one dispatch in 64
     */
    public Graph(Node[] nodes, Counters counters, LongSupplier nanoClock) {
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i].index() != i) {
                throw new IllegalArgumentException("node " + NodeIndex.name(nodes[i].index()) + " stands at " + i);
            }
        }
        this.nodes = nodes.clone();
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.queues = new long[nodes.length][QUEUE_FRAMES];
        this.queued = new int[nodes.length];
    }

    /** Appends one frame to a node's queue. */
    public void enqueue(int node, long frame) {
        int size = queued[node];
        if (size == QUEUE_FRAMES) {
            overflow(node, frame);
            return;
        }
        queues[node][size] = frame;
        queued[node] = size + 1;
        pending |= 1L << node;
    }

    /** Appends {@code count} frames to a node's queue. */
    public void enqueue(int node, long[] frames, int count) {
        int size = queued[node];
        if (size + count > QUEUE_FRAMES) {
            for (int i = 0; i < count; i++) {
                enqueue(node, frames[i]);
            }
            return;
        }
        System.arraycopy(frames, 0, queues[node], size, count);
        queued[node] = size + count;
        pending |= 1L << node;
    }

    /** Frames that wait in queues. */
    public int pendingFrames() {
        int sum = 0;
        for (int size : queued) {
            sum += size;
        }
        return sum;
    }

    /** Runs until no frame is pending. */
    public void dispatch() {
        boolean timed = (rounds++ & TIMING_MASK) == 0;
        while (pending != 0) {
            int node = Long.numberOfTrailingZeros(pending);
            int count = take(node);
            long start = timed ? nanoClock.getAsLong() : 0;
            nodes[node].process(vector, count, next);
            counters.nodeRan(node, count);
            if (timed) {
                counters.nodeTimed(node, count, nanoClock.getAsLong() - start);
            }
            distribute(count);
        }
    }

    private int take(int node) {
        long[] queue = queues[node];
        int size = queued[node];
        int count = Math.min(size, VECTOR_FRAMES);
        System.arraycopy(queue, 0, vector, 0, count);
        int rest = size - count;
        if (rest > 0) {
            System.arraycopy(queue, count, queue, 0, rest);
        } else {
            pending &= ~(1L << node);
        }
        queued[node] = rest;
        return count;
    }

    /** Most vectors go one way as a whole, so runs with the same next node are moved at once. */
    private void distribute(int count) {
        int start = 0;
        while (start < count) {
            int node = next[start];
            int end = start + 1;
            while (end < count && next[end] == node) {
                end++;
            }
            if (node >= 0) {
                append(node, start, end - start);
            }
            start = end;
        }
    }

    private void append(int node, int start, int count) {
        int size = queued[node];
        if (size + count > QUEUE_FRAMES) {
            for (int i = 0; i < count; i++) {
                enqueue(node, vector[start + i]);
            }
            return;
        }
        if (count == 1) {
            queues[node][size] = vector[start];
        } else {
            System.arraycopy(vector, start, queues[node], size, count);
        }
        queued[node] = size + count;
        pending |= 1L << node;
    }

    private void overflow(int node, long frame) {
        Frame.drop(frame, DropReason.VECTOR_OVERFLOW, node);
        if (node == NodeIndex.ERROR_DROP || queued[NodeIndex.ERROR_DROP] == QUEUE_FRAMES) {
            drainDrops();
        }
        enqueue(NodeIndex.ERROR_DROP, frame);
    }

    /** Empties the queue of error-drop, which disposes of every frame it gets, so that it always has room. */
    private void drainDrops() {
        Node drop = nodes[NodeIndex.ERROR_DROP];
        int[] ignored = new int[VECTOR_FRAMES];
        while (queued[NodeIndex.ERROR_DROP] > 0) {
            int size = queued[NodeIndex.ERROR_DROP];
            int count = Math.min(size, VECTOR_FRAMES);
            long[] queue = queues[NodeIndex.ERROR_DROP];
            drop.process(queue, count, ignored);
            System.arraycopy(queue, count, queue, 0, size - count);
            queued[NodeIndex.ERROR_DROP] = size - count;
        }
    }
}
