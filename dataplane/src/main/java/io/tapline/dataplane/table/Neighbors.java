// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import java.util.Arrays;

/**
 * Neighbours that ARP has found, or is looking for, with the frames that wait for them (RFC 826; RFC 1122 section
 * 2.3.2). Static neighbours are not here but in the generation's {@link Adjacencies}.
 *
 * <p>An entry keeps its number until {@link #remove}. Times are nanoseconds of the worker's clock.
 *
 * <p>Threading: one worker thread.
 */
public final class Neighbors {
    /** No entry. */
    public static final int NONE = -1;
    /** Frames that may wait for one neighbour. */
    public static final int HOLD_FRAMES = 8;

    private final int[] buckets;
    private final int[] nextInBucket;
    private final int[] interfaces;
    private final int[] addresses;
    private final long[] macs;
    private final boolean[] resolved;
    private final int[] requests;
    private final long[] requestedNanos;
    private final long[] confirmedNanos;
    private final long[] held;
    private final int[] heldCount;
    private int freeHead;
    private int size;
    private int heldTotal;

    /** An empty table for {@code capacity} neighbours. */
    public Neighbors(int capacity) {
        buckets = new int[Integer.highestOneBit(Math.max(1, capacity - 1)) << 2];
        nextInBucket = new int[capacity];
        interfaces = new int[capacity];
        addresses = new int[capacity];
        macs = new long[capacity];
        resolved = new boolean[capacity];
        requests = new int[capacity];
        requestedNanos = new long[capacity];
        confirmedNanos = new long[capacity];
        held = new long[capacity * HOLD_FRAMES];
        heldCount = new int[capacity];
        Arrays.fill(buckets, NONE);
        for (int i = 0; i < capacity; i++) {
            nextInBucket[i] = i + 1 < capacity ? i + 1 : NONE;
            interfaces[i] = NONE;
        }
    }

    /** The entry of an address on an interface, or {@link #NONE}. */
    public int find(int interfaceIndex, int address) {
        int entry = buckets[bucket(interfaceIndex, address)];
        while (entry != NONE && (addresses[entry] != address || interfaces[entry] != interfaceIndex)) {
            entry = nextInBucket[entry];
        }
        return entry;
    }

    /** Adds an unresolved entry for an address that has none; {@link #NONE} when the table is full. */
    public int add(int interfaceIndex, int address) {
        int entry = freeHead;
        if (entry == NONE) {
            return NONE;
        }
        freeHead = nextInBucket[entry];
        int bucket = bucket(interfaceIndex, address);
        nextInBucket[entry] = buckets[bucket];
        buckets[bucket] = entry;
        interfaces[entry] = interfaceIndex;
        addresses[entry] = address;
        macs[entry] = 0;
        resolved[entry] = false;
        requests[entry] = 0;
        size++;
        return entry;
    }

    /** Removes an entry that holds no frames. */
    public void remove(int entry) {
        int bucket = bucket(interfaces[entry], addresses[entry]);
        if (buckets[bucket] == entry) {
            buckets[bucket] = nextInBucket[entry];
        } else {
            int before = buckets[bucket];
            while (nextInBucket[before] != entry) {
                before = nextInBucket[before];
            }
            nextInBucket[before] = nextInBucket[entry];
        }
        nextInBucket[entry] = freeHead;
        freeHead = entry;
        interfaces[entry] = NONE;
        size--;
    }

    /** The neighbour answered: its MAC address is known and fresh. */
    public void confirm(int entry, long mac, long nowNanos) {
        macs[entry] = mac;
        resolved[entry] = true;
        requests[entry] = 0;
        confirmedNanos[entry] = nowNanos;
    }

    /** A request went out. */
    public void requested(int entry, long nowNanos) {
        requests[entry]++;
        requestedNanos[entry] = nowNanos;
    }

    /** Whether the MAC address is known. */
    public boolean isResolved(int entry) {
        return resolved[entry];
    }

    /** Whether the entry is in use: for walks over 0..{@link #capacity}. */
    public boolean isUsed(int entry) {
        return interfaces[entry] != NONE;
    }

    /** Interface it is on. */
    public int interfaceIndex(int entry) {
        return interfaces[entry];
    }

    /** IPv4 address. */
    public int address(int entry) {
        return addresses[entry];
    }

    /** MAC address, once resolved. */
    public long mac(int entry) {
        return macs[entry];
    }

    /** Requests sent since the last answer. */
    public int requests(int entry) {
        return requests[entry];
    }

    /** When the last request went out. */
    public long requestedNanos(int entry) {
        return requestedNanos[entry];
    }

    /** When the neighbour answered last. */
    public long confirmedNanos(int entry) {
        return confirmedNanos[entry];
    }

    /** Lets a frame wait; false when the entry's queue is full. */
    public boolean hold(int entry, long frame) {
        if (heldCount[entry] == HOLD_FRAMES) {
            return false;
        }
        held[entry * HOLD_FRAMES + heldCount[entry]++] = frame;
        heldTotal++;
        return true;
    }

    /** Frames that wait for an entry. */
    public int heldCount(int entry) {
        return heldCount[entry];
    }

    /** The {@code i}th waiting frame, in order of arrival. */
    public long held(int entry, int i) {
        return held[entry * HOLD_FRAMES + i];
    }

    /** Forgets the waiting frames, which the caller has taken over. */
    public void clearHeld(int entry) {
        heldTotal -= heldCount[entry];
        heldCount[entry] = 0;
    }

    /** Frames that wait for any neighbour. */
    public int heldTotal() {
        return heldTotal;
    }

    /** Entries in use. */
    public int size() {
        return size;
    }

    /** Most entries. */
    public int capacity() {
        return interfaces.length;
    }

    private int bucket(int interfaceIndex, int address) {
        int h = (address ^ interfaceIndex * 0x9e37_79b9) * 0x85eb_ca6b;
        return (h ^ h >>> 15) & buckets.length - 1;
    }
}
