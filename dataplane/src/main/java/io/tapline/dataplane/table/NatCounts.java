// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * How much traffic each slot of a {@link NatTable} has: what a backend, an identity or a pool's address has served. The
 * counts outlive changes of the configuration as long as the slot stays with its owner, and begin anew when it does
 * not.
 *
 * <p>Threading: one worker writes; {@link #of} is for any thread, and sees values that are whole, though two of them
 * may be from different moments.
 */
public final class NatCounts {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int STRIDE = 4;
    private static final int ADDED = 1;
    private static final int FRAMES = 2;
    private static final int BYTES = 3;

    /**
     * Per slot its word in the high half of the first cell beside the present sessions, then what {@link Count} has.
     */
    private long[] cells = new long[0];

    /** The same array, for readers. */
    private volatile long[] published = cells;

    /**
     * Counts of one slot.
     *
     * @param sessions that there are
     * @param sessionsMade so far
     * @param frames translated either way, a super-frame being one; untranslated and ICMP errors are not counted
     * @param bytes of these frames, Ethernet included
     */
    public record Count(long sessions, long sessionsMade, long frames, long bytes) {
        /** Nothing. */
        public static final Count NONE = new Count(0, 0, 0, 0);

        /** Both together. */
        public Count plus(Count other) {
            return new Count(
                    sessions + other.sessions,
                    sessionsMade + other.sessionsMade,
                    frames + other.frames,
                    bytes + other.bytes);
        }
    }

    /** Counts of a slot as long as it is what {@code word} says: {@link NatTable#slotWord}; else {@link Count#NONE}. */
    public Count of(int slot, int word) {
        long[] present = published;
        int at = slot * STRIDE;
        if (at >= present.length) {
            return Count.NONE;
        }
        int before = (int) ((long) CELL.getAcquire(present, at) >>> 32);
        long added = (long) CELL.getAcquire(present, at + ADDED);
        long frames = (long) CELL.getAcquire(present, at + FRAMES);
        long bytes = (long) CELL.getAcquire(present, at + BYTES);
        long after = (long) CELL.getAcquire(present, at);
        boolean same = NatTable.isSameOwner(before, word) && NatTable.isSameOwner((int) (after >>> 32), word);
        return same ? new Count(after & 0xffff_ffffL, added, frames, bytes) : Count.NONE;
    }

    /** Makes room for slots. Worker thread. */
    void grow(int slots) {
        if (slots * STRIDE > cells.length) {
            cells = Arrays.copyOf(cells, slots * STRIDE);
            published = cells;
        }
    }

    /** A slot has another word; counts begin anew if it is another owner's. Worker thread. */
    void word(int slot, int word) {
        int at = slot * STRIDE;
        long first = cells[at];
        CELL.setRelease(cells, at, (long) word << 32 | (first & 0xffff_ffffL));
        if (!NatTable.isSameOwner((int) (first >>> 32), word)) {
            cells[at + ADDED] = 0;
            cells[at + FRAMES] = 0;
            cells[at + BYTES] = 0;
        }
    }

    /** A session began. Worker thread. */
    void began(int slot) {
        cells[slot * STRIDE]++;
        cells[slot * STRIDE + ADDED]++;
    }

    /** Reads both ends of a slot's counts. The caller keeps the sum of the results. Worker thread. */
    long touch(int slot) {
        return cells[slot * STRIDE] + cells[slot * STRIDE + BYTES];
    }

    /** A slot's word. Worker thread. */
    int word(int slot) {
        return (int) (cells[slot * STRIDE] >>> 32);
    }

    /** A session ended. Worker thread. */
    void ended(int slot) {
        cells[slot * STRIDE]--;
    }

    /** A frame passed. Worker thread. */
    void passed(int slot, int bytes) {
        int at = slot * STRIDE;
        cells[at + FRAMES]++;
        cells[at + BYTES] += bytes;
    }
}
