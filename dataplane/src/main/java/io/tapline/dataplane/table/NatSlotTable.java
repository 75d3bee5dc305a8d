// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import java.util.Arrays;

/**
 * The slots of a {@link NatTable}: of each its word, and which backend of which target it stands for. Immutable; the
 * next generation's begins as a copy.
 */
final class NatSlotTable {
    /** The slot of sessions that depend on nothing, alone. */
    static final NatSlotTable EMPTY = new NatSlotTable(
            new int[] {NatTable.INCARNATION | NatTable.ACTIVE}, new int[] {NatTable.NONE}, new int[1], new int[0]);

    private final int[] words;
    private final int[] targets;
    private final int[] backends;
    private final int[] free;

    private NatSlotTable(int[] words, int[] targets, int[] backends, int[] free) {
        this.words = words;
        this.targets = targets;
        this.backends = backends;
        this.free = free;
    }

    /** Number of slots, used or not. */
    int size() {
        return words.length;
    }

    /** A slot's incarnation and state. */
    int word(int slot) {
        return words[slot];
    }

    /** Number of the target that a slot belongs to, or {@link NatTable#NONE}. */
    int target(int slot) {
        return slot < targets.length ? targets[slot] : NatTable.NONE;
    }

    /** The backend that a slot stands for, within its mapping. */
    int backend(int slot) {
        return backends[slot];
    }

    /** The slots in the making; copied with the first that changes. */
    static final class Builder {
        private final NatSlotTable from;
        private int[] words;
        private int[] targets;
        private int[] backends;
        private int[] free;
        private int size;
        private int freeCount;
        private boolean copied;

        Builder(NatSlotTable from) {
            this.from = from;
            words = from.words;
            targets = from.targets;
            backends = from.backends;
            free = from.free;
            size = words.length;
            freeCount = free.length;
        }

        private void copy() {
            if (!copied) {
                words = words.clone();
                targets = targets.clone();
                backends = backends.clone();
                free = Arrays.copyOf(free, freeCount + 16);
                copied = true;
            }
        }

        /** A slot for somebody new. */
        int take(int state) {
            copy();
            int slot = freeCount > 0 ? free[--freeCount] : add();
            words[slot] = ((words[slot] & ~NatTable.STATE_MASK) + NatTable.INCARNATION) | state;
            targets[slot] = NatTable.NONE;
            return slot;
        }

        private int add() {
            if (size == words.length) {
                words = Arrays.copyOf(words, size * 2 + 16);
                targets = Arrays.copyOf(targets, words.length);
                backends = Arrays.copyOf(backends, words.length);
            }
            return size++;
        }

        /** Gives a slot free; its sessions end. */
        void release(int slot) {
            copy();
            words[slot] &= ~NatTable.STATE_MASK;
            targets[slot] = NatTable.NONE;
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = slot;
        }

        /** Says whether sessions may begin by a slot that stays with its owner. */
        void state(int slot, int state) {
            int word = (words[slot] & ~NatTable.STATE_MASK) | state;
            if (word != words[slot]) {
                copy();
                words[slot] = word;
            }
        }

        /** Says which backend of which target a slot stands for. */
        void of(int slot, int target, int backend) {
            if (targets[slot] != target || backends[slot] != backend) {
                copy();
                targets[slot] = target;
                backends[slot] = backend;
            }
        }

        /** The slots. The builder must not be used afterwards. */
        NatSlotTable build() {
            if (!copied) {
                return from;
            }
            boolean exact = size == words.length;
            return new NatSlotTable(
                    exact ? words : Arrays.copyOf(words, size),
                    exact ? targets : Arrays.copyOf(targets, size),
                    exact ? backends : Arrays.copyOf(backends, size),
                    Arrays.copyOf(free, freeCount));
        }
    }
}
