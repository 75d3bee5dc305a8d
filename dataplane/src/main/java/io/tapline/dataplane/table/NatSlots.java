// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Memory;
import io.tapline.wire.Region;
import java.util.Arrays;

/**
 * What NAT sessions depend on, as the worker knows it: each slot's word, and the chain of its sessions, so that the end
 * of a backend touches the sessions of that backend and no others.
 *
 * <p>A session's record says, from {@value #SLOT} bytes on, its slot, and the slot's word when the session began. Its
 * place in the chain, next and previous session, stands in memory of its own: a chain goes through sessions from all
 * over the table, and there they are sixteen times as close together. One worker thread.
 */
final class NatSlots implements AutoCloseable {
    /** Where a record says what it depends on. */
    static final int SLOT = FlowTable.LINE_BYTES + FlowTable.PAYLOAD;

    private static final int SLOT_WORD = SLOT + 4;

    /** Bytes of a session's links: next, {@link #PREVIOUS}. */
    private static final int LINK_BYTES = 8;

    private static final int PREVIOUS = 4;

    private final FlowTable table;
    private final Region links;
    private final NatCounts counts = new NatCounts();
    private int[] heads = {};

    NatSlots(FlowTable table) {
        this.table = table;
        this.links = Region.allocate("nat session chains", (long) table.capacity() * LINK_BYTES);
        grow(1);
    }

    /** What passed by each of them. */
    NatCounts counts() {
        return counts;
    }

    /** Number of slots known. */
    int size() {
        return heads.length;
    }

    /** Makes room for slots. */
    void grow(int slots) {
        if (slots > heads.length) {
            int from = heads.length;
            int size = Math.max(slots, Math.max(16, from * 2));
            heads = Arrays.copyOf(heads, size);
            Arrays.fill(heads, from, size, FlowTable.NONE);
            counts.grow(size);
        }
    }

    /** Sets a slot's word; returns whether it was another one. */
    boolean set(int slot, int word) {
        if (counts.word(slot) == word) {
            return false;
        }
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
        int word = counts.word(Memory.nativeI32(r + SLOT));
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
        return Memory.nativeI32(link(session));
    }

    /** A frame of a session, whose record is at {@code r}, passed. */
    void passed(long r, int bytes) {
        counts.passed(Memory.nativeI32(r + SLOT), bytes);
    }

    /** Reads what {@link #link} changes of a slot. The caller keeps the sum of the results. */
    long touch(int slot) {
        return counts.touch(slot) + heads[slot];
    }

    /** Reads what {@link #link} changes of a slot's first session. */
    long touchFirst(int slot) {
        int head = heads[slot];
        return head == FlowTable.NONE ? 0 : Memory.nativeI32(link(head));
    }

    /** A session depends on a slot from now on. */
    void link(int session, int slot) {
        int head = heads[slot];
        long r = table.address(session);
        Memory.putNativeI32(r + SLOT, slot);
        Memory.putNativeI32(r + SLOT_WORD, counts.word(slot));
        long link = link(session);
        Memory.putNativeI32(link, head);
        Memory.putNativeI32(link + PREVIOUS, FlowTable.NONE);
        if (head != FlowTable.NONE) {
            Memory.putNativeI32(link(head) + PREVIOUS, session);
        }
        heads[slot] = session;
        counts.began(slot);
    }

    /** A session ends. */
    void unlink(int session) {
        long r = table.address(session);
        int slot = Memory.nativeI32(r + SLOT);
        long link = link(session);
        int next = Memory.nativeI32(link);
        int previous = Memory.nativeI32(link + PREVIOUS);
        if (previous == FlowTable.NONE) {
            heads[slot] = next;
        } else {
            Memory.putNativeI32(link(previous), next);
        }
        if (next != FlowTable.NONE) {
            Memory.putNativeI32(link(next) + PREVIOUS, previous);
        }
        counts.ended(slot);
    }

    private long link(int session) {
        return links.address() + (long) session * LINK_BYTES;
    }

    @Override
    public void close() {
        links.close();
    }
}
