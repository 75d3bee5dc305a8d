// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

/**
 * Chooses a backend for a connection by weighted rendezvous hashing (Thaler and Ravishankar 1998; weights after
 * Schindelhauer and Schomaker 2005): each backend draws a number from the connection's hash and its own identity, and
 * the best number wins. Hence no state, no table to keep, and the least possible change: a connection moves only when
 * its backend leaves, or to a backend that joins.
 *
 * <p>The draw costs a few nanoseconds per backend, paid by a connection's first packet. With more than
 * {@value #MAX_DRAWN} backends the winners are drawn beforehand for {@value #SLOTS} classes of connections, two bytes
 * each, by the same rule.
 */
final class BackendChooser {
    static final int MAX_DRAWN = 64;
    static final int SLOTS = 1 << 16;

    private static final double UNIT = 0x1p-53;

    private final long[] identities;
    private final int[] weights;
    private final boolean equalWeights;
    private final short[] winners;

    /** Backends with an identity that outlives changes of the set, and weights from 1 on. */
    BackendChooser(long[] identities, int[] weights) {
        this.identities = identities.clone();
        this.weights = weights.clone();
        boolean equal = true;
        for (int weight : weights) {
            equal &= weight == weights[0];
        }
        equalWeights = equal;
        winners = identities.length > MAX_DRAWN ? drawAll() : new short[0];
    }

    /** Number of backends. */
    int size() {
        return identities.length;
    }

    /** Whether the backend with the highest {@link #number} is chosen, and nothing else plays a part. */
    boolean isPlainDraw() {
        return equalWeights && winners.length == 0;
    }

    /** What a backend draws for a connection. */
    static long number(long hash, long identity) {
        return mix(hash ^ identity);
    }

    /** Position of the backend for a connection's hash, whose bits must all be good; -1 when there is none. */
    int choose(long hash) {
        if (identities.length <= 1) {
            return identities.length - 1;
        }
        return winners.length > 0 ? winners[(int) (hash >>> 48)] & 0xffff : draw(hash);
    }

    private short[] drawAll() {
        short[] drawn = new short[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            drawn[slot] = (short) draw(mix(slot));
        }
        return drawn;
    }

    private int draw(long hash) {
        int best = 0;
        if (equalWeights) {
            long highest = Long.MIN_VALUE;
            for (int i = 0; i < identities.length; i++) {
                long number = number(hash, identities[i]);
                if (number > highest) {
                    highest = number;
                    best = i;
                }
            }
            return best;
        }
        double lowest = Double.MAX_VALUE;
        for (int i = 0; i < identities.length; i++) {
            // The 53 high bits as a number in (0, 1); the exponential with the smallest value wins in proportion.
            double uniform = (((number(hash, identities[i]) + Long.MIN_VALUE) >>> 11) + 0.5) * UNIT;
            double number = -Math.log(uniform) / weights[i];
            if (number < lowest) {
                lowest = number;
                best = i;
            }
        }
        return best;
    }

    /** A bijection that leaves no bit where it was (the finalizer of SplitMix64). */
    static long mix(long value) {
        long h = value + 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ (h >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return h ^ (h >>> 31);
    }
}
