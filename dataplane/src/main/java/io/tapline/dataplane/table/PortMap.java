// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.PortRange;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The least of many numbered port rectangles (source range times destination range) that holds a point. Immutable.
 *
 * <p>Destination ports are cut at all ends of ranges; over the pieces stands a segment tree, in which each rectangle is
 * at O(log n) nodes; each node cuts the source ports of its rectangles likewise and notes the least rectangle per
 * piece. A lookup is thus one binary search, and one more for each node from leaf to root, at most
 * log<sub>2</sub>(2n)<sup>2</sup> steps however the ranges overlap; nodes whose rectangles take every source port, as
 * nearly all do, cost one comparison. Memory is O(n log n).
 */
final class PortMap {
    /** No rectangle holds the point. */
    static final int NONE = Integer.MAX_VALUE;

    private static final int PORTS = 1 << 16;

    private final int[] destinationStarts;
    private final int[] nodeStart;
    private final int[] sourceStarts;
    private final int[] least;

    /** Rectangles with the given numbers, ascending. */
    PortMap(int[] numbers, IntFunction<PortRange> sources, IntFunction<PortRange> destinations) {
        destinationStarts = starts(numbers, destinations);
        int pieces = destinationStarts.length;
        IntList[] atNode = new IntList[pieces * 2];
        for (int number : numbers) {
            PortRange range = destinations.apply(number);
            int from = piece(destinationStarts, 0, pieces, range.first()) + pieces;
            int to = piece(destinationStarts, 0, pieces, range.last()) + pieces + 1;
            for (; from < to; from >>= 1, to >>= 1) {
                if ((from & 1) != 0) {
                    add(atNode, from++, number);
                }
                if ((to & 1) != 0) {
                    add(atNode, --to, number);
                }
            }
        }
        nodeStart = new int[pieces * 2 + 1];
        IntList allStarts = new IntList();
        IntList allLeast = new IntList();
        for (int node = 0; node < pieces * 2; node++) {
            nodeStart[node] = allStarts.size();
            if (atNode[node] != null) {
                cut(atNode[node].toArray(), sources, allStarts, allLeast);
            }
        }
        nodeStart[pieces * 2] = allStarts.size();
        sourceStarts = allStarts.toArray();
        least = allLeast.toArray();
    }

    /** The least number of a rectangle that holds the point and is below {@code limit}, or {@code limit}. */
    int find(int sourcePort, int destinationPort, int limit) {
        int pieces = destinationStarts.length;
        int best = limit;
        int node = piece(destinationStarts, 0, pieces, destinationPort) + pieces;
        for (; node > 0; node >>= 1) {
            int from = nodeStart[node];
            int to = nodeStart[node + 1];
            if (from < to) {
                best = Math.min(best, least[piece(sourceStarts, from, to, sourcePort)]);
            }
        }
        return best;
    }

    /** Memory of the arrays, in bytes. */
    long byteSize() {
        return 4L * (destinationStarts.length + nodeStart.length + sourceStarts.length + least.length);
    }

    private static void add(IntList[] atNode, int node, int number) {
        IntList list = atNode[node];
        if (list == null) {
            list = new IntList();
            atNode[node] = list;
        }
        list.add(number);
    }

    /** Cuts the source ports of one node's rectangles and notes the least rectangle of each piece. */
    private static void cut(int[] numbers, IntFunction<PortRange> sources, IntList allStarts, IntList allLeast) {
        int[] starts = starts(numbers, sources);
        int[] minima = new int[starts.length];
        Arrays.fill(minima, NONE);
        // From the least on, each rectangle takes the pieces that are still free; taken ones are skipped at once.
        int[] nextFree = new int[starts.length + 1];
        Arrays.setAll(nextFree, i -> i);
        for (int number : numbers) {
            int last = piece(starts, 0, starts.length, sources.apply(number).last());
            int at = free(
                    nextFree,
                    piece(starts, 0, starts.length, sources.apply(number).first()));
            for (; at <= last; at = free(nextFree, at)) {
                minima[at] = number;
                nextFree[at] = at + 1;
            }
        }
        for (int i = 0; i < starts.length; i++) {
            allStarts.add(starts[i]);
            allLeast.add(minima[i]);
        }
    }

    /** Follows the chain to the first free piece and shortens it. */
    private static int free(int[] nextFree, int from) {
        int at = from;
        while (nextFree[at] != at) {
            nextFree[at] = nextFree[nextFree[at]];
            at = nextFree[at];
        }
        return at;
    }

    /** Where the pieces start into which the ends of the ranges cut all ports; the first is 0. */
    private static int[] starts(int[] numbers, IntFunction<PortRange> ranges) {
        int[] ends = new int[numbers.length * 2 + 1];
        for (int i = 0; i < numbers.length; i++) {
            PortRange range = ranges.apply(numbers[i]);
            ends[i * 2 + 1] = range.first();
            ends[i * 2 + 2] = range.last() + 1;
        }
        Arrays.sort(ends);
        int size = 0;
        for (int end : ends) {
            if (end < PORTS && (size == 0 || ends[size - 1] != end)) {
                ends[size++] = end;
            }
        }
        return Arrays.copyOf(ends, size);
    }

    /** The piece, of those in {@code starts[from..to)}, that holds a port: the last that starts at it or before. */
    private static int piece(int[] starts, int from, int to, int port) {
        int low = from;
        for (int count = to - from; count > 1; ) {
            int half = count >>> 1;
            low = starts[low + half] <= port ? low + half : low;
            count -= half;
        }
        return low;
    }

    /** A growing array. */
    private static final class IntList {
        private int[] values = new int[4];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        int size() {
            return size;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
