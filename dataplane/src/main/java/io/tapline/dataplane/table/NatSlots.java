// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Memory;
import java.util.Arrays;

/**
 * What NAT sessions depend on, as the worker knows it: each slot's word, and the chain of its sessions, so that the end
 * of a backend touches the sessions of that backend and no others.
 *
 * <p>A session's place in its chain is kept in its record, from {@value #SLOT} bytes on: slot, the slot's word when the
 * session began, next and previous session. One worker thread.
 */
final class NatSlots {
    /** Where a record says what it depends on. */
    static final int SLOT = FlowTable.LINE_BYTES + FlowTable.PAYLOAD;

    private static final int SLOT_WORD = SLOT + 4;
    private static final int NEXT = SLOT + 8;
    private static final int PREVIOUS = SLOT + 12;

    private final FlowTable table;
    private final NatCounts counts = new NatCounts();
    private int[] heads = {};
    private int[] words = {};

    NatSlots(FlowTable table) {
        this.table = table;
        grow(1);
    }

    /** What passed by each of them. */
    NatCounts counts() {
        return counts;
    }

    /** Number of slots known. */
    int size() {
        return words.length;
    }

    /** Makes room for slots. */
    void grow(int slots) {
        if (slots > words.length) {
            int from = words.length;
            int size = Math.max(slots, Math.max(16, from * 2));
            heads = Arrays.copyOf(heads, size);
            words = Arrays.copyOf(words, size);
            Arrays.fill(heads, from, size, FlowTable.NONE);
            counts.grow(size);
        }
    }

    /** Sets a slot's word; returns whether it was another one. */
    boolean set(int slot, int word) {
        if (words[slot] == word) {
            return false;
        }
        words[slot] = word;
        counts.word(slot, word);
        return true;
    }

    /** The slot that a session depends on. */
    int of(int session) {
        return Memory.nativeI32(table.address(session) + SLOT);
    }

    /** State of the slot that a session depends on: {@link NatTable#ABSENT} too if it is another owner's by now. */
    int state(int session) {
        long r = table.address(session);
        int word = words[Memory.nativeI32(r + SLOT)];
        return NatTable.isSameOwner(word, Memory.nativeI32(r + SLOT_WORD))
                ? word & NatTable.STATE_MASK
                : NatTable.ABSENT;
    }

    /** Number of a slot's first session, or {@link FlowTable#NONE}. */
    int first(int slot) {
        return heads[slot];
    }

    /** The session after {@code session}, or {@link FlowTable#NONE}. */
    int next(int session) {
        return Memory.nativeI32(table.address(session) + NEXT);
    }

    /** A frame of a session, whose record is at {@code r}, passed. */
    void passed(long r, int bytes) {
        counts.passed(Memory.nativeI32(r + SLOT), bytes);
    }

    /** A session depends on a slot from now on. */
    void link(int session, int slot) {
        int head = heads[slot];
        long r = table.address(session);
        Memory.putNativeI32(r + SLOT, slot);
        Memory.putNativeI32(r + SLOT_WORD, words[slot]);
        Memory.putNativeI32(r + NEXT, head);
        Memory.putNativeI32(r + PREVIOUS, FlowTable.NONE);
        if (head != FlowTable.NONE) {
            Memory.putNativeI32(table.address(head) + PREVIOUS, session);
        }
        heads[slot] = session;
        counts.began(slot);
    }

    /** A session ends. */
    void unlink(int session) {
        long r = table.address(session);
        int slot = Memory.nativeI32(r + SLOT);
        int next = Memory.nativeI32(r + NEXT);
        int previous = Memory.nativeI32(r + PREVIOUS);
        if (previous == FlowTable.NONE) {
            heads[slot] = next;
        } else {
            Memory.putNativeI32(table.address(previous) + NEXT, next);
        }
        if (next != FlowTable.NONE) {
            Memory.putNativeI32(table.address(next) + PREVIOUS, previous);
        }
        counts.ended(slot);
    }
}
