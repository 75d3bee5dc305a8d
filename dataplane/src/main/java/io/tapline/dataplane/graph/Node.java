// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.graph;

/**
 * One step of the packet graph.
 *
 * <p>A node reads a vector of frames and writes for each the index of the node that gets it next, or
 * {@link NodeIndex#CONSUMED} for a frame it freed, sent or kept. It neither allocates nor throws nor blocks.
 *
 * <p>Threading: called by the one worker thread that owns the graph.
 */
public abstract class Node {
    private final int index;

    /** A node with its number in {@link NodeIndex}. */
    protected Node(int index) {
        this.index = index;
    }

    /** Number in {@link NodeIndex}. */
    public final int index() {
        return index;
    }

    /**
     * Handles {@code count} frames.
     *
     * @param frames the vector, valid up to {@code count}, 1..{@value Graph#VECTOR_FRAMES}
     * @param next to be filled with a node index per frame
     */
    public abstract void process(long[] frames, int count, int[] next);
}
