// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Memory;
import io.tapline.wire.Region;

/**
 * A fixed-capacity hash table of flows in off-heap memory: 40-byte keys that hold a 5-tuple of either address family,
 * and 24 bytes for the owner and the table's own links. One record is one cache line.
 *
 * <pre>
 *  record    0  source address, 16 bytes   (two native longs: high, low of an IPv4-mapped or IPv6 address)
 *           16  destination address, 16 bytes
 *           32  source port, destination port, protocol, family, interface: see {@link #ip4Tuple}
 *           40  payload, 12 bytes, the owner's
 *           52  time of enqueueing, next, previous: the record's place in a time-out list
 *  index     8-byte slots: 32 bits of hash, 32 bits of record number + 1; linear probing, at most half full
 * </pre>
 *
 * A table whose flows have another key for the way back (translated ones) has records of two such lines side by side,
 * with the keys numbered record * 2 and record * 2 + 1 in one index; the second line's last 24 bytes are the owner's.
 *
 * <p>A record keeps its number for life. Lookups are split into {@link #hash}, {@link #touch} and {@link #findIp4}, so
 * that a caller with a whole vector can start all cache misses before it waits for the first: Java has no prefetch, but
 * the sum of one word of each slot is as good.
 *
 * <p>Removal moves the slots behind it backwards, so there are no tombstones and lookups never slow down with age.
 *
 * <p>Threading: one worker thread.
 */
public final class FlowTable implements AutoCloseable {
    /** Offset in a record of the owner's payload. */
    public static final int PAYLOAD = 40;
    /** Bytes of payload. */
    public static final int PAYLOAD_BYTES = 12;
    /** Bytes from a record's first key line to its second, in a table with two keys per record. */
    public static final int LINE_BYTES = 64;
    /** No record. */
    public static final int NONE = -1;

    private static final long IP4_FAMILY = 4 << 16;
    private static final long IP4_MAPPED = 0x0000_ffff_0000_0000L;
    private static final int LINE_SHIFT = 6;
    /** Offset in a record of the low word of the source address. */
    public static final int SOURCE_LOW = 8;
    /** Offset in a record of the low word of the destination address. */
    public static final int DESTINATION_LOW = 24;
    /** Offset in a record of the key's last word: see {@link #ip4Tuple}. */
    public static final int TUPLE = 32;

    private static final int ENQUEUED = 52;
    private static final int LIST_NEXT = 56;
    private static final int LIST_PREVIOUS = 60;
    private static final int SLOT_SHIFT = 3;

    private final int capacity;
    private final int keyShift;
    private final int slotMask;
    private final Region records;
    private final Region slots;
    private final long recordBase;
    private final long slotBase;
    private final int[] listHeads;
    private final int[] listTails;
    private int freeHead = NONE;
    private int neverUsed;
    private int size;

    /**
     * Reserves memory; it is mapped when first used.
     *
     * @param capacity most records, 1..2^28
     * @param lists number of time-out lists
     */
    public FlowTable(String name, int capacity, int lists) {
        this(name, capacity, lists, 1);
    }

    /**
     * Reserves memory; it is mapped when first used.
     *
     * @param capacity most records, 1..2^28 / {@code keys}
     * @param lists number of time-out lists
     * @param keys keys per record, 1 or 2
     */
    public FlowTable(String name, int capacity, int lists, int keys) {
        if (keys < 1 || keys > 2 || capacity < 1 || capacity > (1 << 28) / keys) {
            throw new IllegalArgumentException(
                    name + ": capacity " + capacity + " of " + keys + " keys each is outside 1..2^28 keys");
        }
        this.capacity = capacity;
        this.keyShift = keys - 1;
        int slotCount = Integer.highestOneBit(Math.max(8, (capacity << keyShift) * 2 - 1)) << 1;
        this.slotMask = slotCount - 1;
        this.records = Region.allocate(name + " records", (long) capacity << (LINE_SHIFT + keyShift));
        this.slots = Region.allocate(name + " index", (long) slotCount << SLOT_SHIFT);
        this.recordBase = records.address();
        this.slotBase = slots.address();
        this.listHeads = new int[lists];
        this.listTails = new int[lists];
        java.util.Arrays.fill(listHeads, NONE);
        java.util.Arrays.fill(listTails, NONE);
    }

    /** The fifth key word of an IPv4 flow: ports, protocol, family and interface, of which the low 16 bits count. */
    public static long ip4Tuple(int sourcePort, int destinationPort, int protocol, int interfaceIndex) {
        return ((long) sourcePort << 48)
                | ((long) destinationPort << 32)
                | ((long) protocol << 24)
                | IP4_FAMILY
                | (interfaceIndex & 0xffffL);
    }

    /** An IPv4 address as the low word of a key's address; the high word is 0. */
    public static long ip4Word(int address) {
        return IP4_MAPPED | (address & 0xffff_ffffL);
    }

    /** Hash of a key, 32 bits. */
    public static int hash(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long tuple) {
        long h = (sourceLow + Long.rotateLeft(destinationLow, 32)) * 0x9e37_79b9_7f4a_7c15L;
        h ^= (sourceHigh + Long.rotateLeft(destinationHigh, 32)) * 0x1656_67b1_9e37_79f9L;
        h = (h ^ (h >>> 32) ^ tuple) * 0xd6e8_feb8_6659_fd93L;
        h = (h ^ (h >>> 32)) * 0xd6e8_feb8_6659_fd93L;
        return (int) (h >>> 32);
    }

    /** Hash of an IPv4 key. */
    public static int hashIp4(long source, long destination, long tuple) {
        return hash(0, source, 0, destination, tuple);
    }

    /** Reads the slot at which a lookup of {@code hash} begins. The caller keeps the sum of the results. */
    public long touch(int hash) {
        return Memory.nativeI64(slot(hash & slotMask));
    }

    /**
     * The key of an IPv4 flow, or {@link #NONE}: the record's number in a table with one key per record, else twice the
     * record's number, plus one for its second key. The family in the tuple tells it from an IPv6 flow.
     */
    public int findIp4(int hash, long source, long destination, long tuple) {
        int i = hash & slotMask;
        while (true) {
            long slot = Memory.nativeI64(slot(i));
            if (slot == 0) {
                return NONE;
            }
            if ((int) (slot >>> 32) == hash) {
                int key = (int) slot - 1;
                long r = recordBase + ((long) key << LINE_SHIFT);
                if (Memory.nativeI64(r + TUPLE) == tuple
                        && Memory.nativeI64(r + SOURCE_LOW) == source
                        && Memory.nativeI64(r + DESTINATION_LOW) == destination) {
                    return key;
                }
            }
            i = (i + 1) & slotMask;
        }
    }

    /**
     * Adds a record for a key that is not in the table, with a zeroed payload and on no list.
     *
     * @return its number, or {@link #NONE} when the table is full
     */
    public int add(int hash, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long tuple) {
        int record = freeHead;
        if (record != NONE) {
            freeHead = Memory.nativeI32(address(record) + LIST_NEXT);
        } else if (neverUsed < capacity) {
            record = neverUsed++;
        } else {
            return NONE;
        }
        long r = address(record);
        Memory.putNativeI64(r, sourceHigh);
        Memory.putNativeI64(r + 8, sourceLow);
        Memory.putNativeI64(r + 16, destinationHigh);
        Memory.putNativeI64(r + 24, destinationLow);
        Memory.putNativeI64(r + 32, tuple);
        Memory.putNativeI64(r + PAYLOAD, 0);
        Memory.putNativeI32(r + PAYLOAD + 8, 0);
        enter(hash, record << keyShift);
        size++;
        return record;
    }

    /** Adds the second IPv4 key of a record that was just added; no other key may be the same. */
    public void addSecond(int record, int hash, long source, long destination, long tuple) {
        long r = address(record) + LINE_BYTES;
        Memory.putNativeI64(r, 0);
        Memory.putNativeI64(r + 8, source);
        Memory.putNativeI64(r + 16, 0);
        Memory.putNativeI64(r + 24, destination);
        Memory.putNativeI64(r + 32, tuple);
        enter(hash, record << keyShift | 1);
    }

    private void enter(int hash, int key) {
        int i = hash & slotMask;
        while (Memory.nativeI64(slot(i)) != 0) {
            i = i + 1 & slotMask;
        }
        Memory.putNativeI64(slot(i), (long) hash << 32 | key + 1);
    }

    /** Removes a record that is on {@code list}. */
    public void remove(int record, int list) {
        unlink(record, list);
        for (int side = 0; side <= keyShift; side++) {
            leave(record << keyShift | side);
        }
        Memory.putNativeI64(address(record) + TUPLE, 0);
        Memory.putNativeI32(address(record) + LIST_NEXT, freeHead);
        freeHead = record;
        size--;
    }

    private void leave(int key) {
        int i = hashOf(key) & slotMask;
        while ((int) Memory.nativeI64(slot(i)) != key + 1) {
            i = i + 1 & slotMask;
        }
        closeGap(i);
    }

    /** Puts a record that is on no list at the end of one. */
    public void append(int record, int list, int now) {
        long r = address(record);
        int tail = listTails[list];
        Memory.putNativeI32(r + ENQUEUED, now);
        Memory.putNativeI32(r + LIST_NEXT, NONE);
        Memory.putNativeI32(r + LIST_PREVIOUS, tail);
        if (tail == NONE) {
            listHeads[list] = record;
        } else {
            Memory.putNativeI32(address(tail) + LIST_NEXT, record);
        }
        listTails[list] = record;
    }

    /** Moves a record to the end of a list, which may be the one it is on. */
    public void move(int record, int from, int to, int now) {
        unlink(record, from);
        append(record, to, now);
    }

    /** The record that has been on a list for longest, or {@link #NONE}. */
    public int oldest(int list) {
        return listHeads[list];
    }

    /** When a record was put on its list, in the caller's unit. */
    public int enqueued(int record) {
        return Memory.nativeI32(address(record) + ENQUEUED);
    }

    /** Address of a record, which starts with the key. */
    public long address(int record) {
        return recordBase + ((long) record << (LINE_SHIFT + keyShift));
    }

    /** Whether a record below {@link #highest} is in the table. */
    public boolean isUsed(int record) {
        return Memory.nativeI64(address(record) + TUPLE) != 0;
    }

    /** Records from this number on have never been used. */
    public int highest() {
        return neverUsed;
    }

    /** Records in the table. */
    public int size() {
        return size;
    }

    /** Most records. */
    public int capacity() {
        return capacity;
    }

    /** Address space of records and index, in bytes. */
    public long byteSize() {
        return records.byteSize() + slots.byteSize();
    }

    @Override
    public void close() {
        records.close();
        slots.close();
    }

    private void unlink(int record, int list) {
        long r = address(record);
        int next = Memory.nativeI32(r + LIST_NEXT);
        int previous = Memory.nativeI32(r + LIST_PREVIOUS);
        if (previous == NONE) {
            listHeads[list] = next;
        } else {
            Memory.putNativeI32(address(previous) + LIST_NEXT, next);
        }
        if (next == NONE) {
            listTails[list] = previous;
        } else {
            Memory.putNativeI32(address(next) + LIST_PREVIOUS, previous);
        }
    }

    /** Backward-shift deletion: pulls every displaced slot behind the gap that may stand there. */
    private void closeGap(int gap) {
        for (int i = gap + 1 & slotMask; ; i = i + 1 & slotMask) {
            long slot = Memory.nativeI64(slot(i));
            if (slot == 0) {
                break;
            }
            int home = (int) (slot >>> 32) & slotMask;
            if ((i - home & slotMask) >= (i - gap & slotMask)) {
                Memory.putNativeI64(slot(gap), slot);
                gap = i;
            }
        }
        Memory.putNativeI64(slot(gap), 0);
    }

    private int hashOf(int key) {
        long r = recordBase + ((long) key << LINE_SHIFT);
        return hash(
                Memory.nativeI64(r),
                Memory.nativeI64(r + 8),
                Memory.nativeI64(r + 16),
                Memory.nativeI64(r + 24),
                Memory.nativeI64(r + 32));
    }

    private long slot(int index) {
        return slotBase + ((long) index << SLOT_SHIFT);
    }
}
