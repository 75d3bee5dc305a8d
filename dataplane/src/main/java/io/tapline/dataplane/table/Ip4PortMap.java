// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import java.util.Arrays;

/**
 * Numbers by IPv4 address, port and protocol: an open-addressed table at most half full, so that a lookup rarely
 * touches a second cache line. Immutable; a map that differs in a few entries shares most of its memory, for it is cut
 * into {@value #SHARDS} shards of which only those that differ are copied.
 */
final class Ip4PortMap {
    /** No number. */
    static final int NONE = -1;
    /** No entries. */
    static final Ip4PortMap EMPTY = empty();

    private static final int SHARDS = 32;
    private static final int SHARD_SHIFT = 59;
    private static final int HOME_SHIFT = 40;
    private static final int PRESENT = 1;

    /** Each of pairs of key and number; a key of 0 is nobody's. */
    private final long[][] shards;

    private final int[] counts;
    private final int size;

    private Ip4PortMap(long[][] shards, int[] counts, int size) {
        this.shards = shards;
        this.counts = counts;
        this.size = size;
    }

    private static Ip4PortMap empty() {
        long[][] shards = new long[SHARDS][];
        Arrays.fill(shards, new long[8]);
        return new Ip4PortMap(shards, new int[SHARDS], 0);
    }

    private static long key(int address, int port, int protocol) {
        return (long) address << 32 | (long) port << 16 | (long) protocol << 8 | PRESENT;
    }

    private static long hash(long key) {
        return key * 0x9e37_79b9_7f4a_7c15L;
    }

    /** Number of entries. */
    int size() {
        return size;
    }

    /** The number of an entry, or {@link #NONE}. */
    int find(int address, int port, int protocol) {
        return find(shards, key(address, port, protocol));
    }

    /** Hash of an entry's key. */
    static long hash(int address, int port, int protocol) {
        return hash(key(address, port, protocol));
    }

    /** Reads the cell at which a lookup of {@code hash} begins. */
    long touch(long hash) {
        long[] cells = shards[(int) (hash >>> SHARD_SHIFT)];
        return cells[home(cells, hash)];
    }

    private static int find(long[][] shards, long key) {
        long hash = hash(key);
        long[] cells = shards[(int) (hash >>> SHARD_SHIFT)];
        int at = position(cells, key, hash);
        return cells[at] == key ? (int) cells[at + 1] : NONE;
    }

    /** Where a key is, or where it would be added. */
    private static int position(long[] cells, long key, long hash) {
        int mask = cells.length - 1;
        int at = home(cells, hash);
        while (cells[at] != key && cells[at] != 0) {
            at = at + 2 & mask;
        }
        return at;
    }

    private static int home(long[] cells, long hash) {
        return (int) (hash >>> HOME_SHIFT) * 2 & cells.length - 1;
    }

    /** Makes a map that differs from this one. */
    Builder builder() {
        return new Builder(this);
    }

    /** A map in the making. */
    static final class Builder {
        private final Ip4PortMap from;
        private final long[][] shards;
        private final int[] counts;
        private int size;

        private Builder(Ip4PortMap from) {
            this.from = from;
            shards = from.shards.clone();
            counts = from.counts.clone();
            size = from.size;
        }

        /** The number of an entry, or {@link #NONE}. */
        int find(int address, int port, int protocol) {
            return Ip4PortMap.find(shards, key(address, port, protocol));
        }

        /** Adds an entry, or gives it another number. */
        void put(int address, int port, int protocol, int number) {
            long key = key(address, port, protocol);
            int shard = (int) (hash(key) >>> SHARD_SHIFT);
            int at = position(shards[shard], key, hash(key));
            boolean isNew = shards[shard][at] == 0;
            if (!isNew && shards[shard][at + 1] == number) {
                return;
            }
            if (isNew && (counts[shard] + 1) * 4 > shards[shard].length) {
                grow(shard);
            }
            long[] cells = own(shard);
            at = position(cells, key, hash(key));
            cells[at] = key;
            cells[at + 1] = number;
            counts[shard] += isNew ? 1 : 0;
            size += isNew ? 1 : 0;
        }

        /** Removes an entry if there is one. */
        void remove(int address, int port, int protocol) {
            long key = key(address, port, protocol);
            int shard = (int) (hash(key) >>> SHARD_SHIFT);
            int gap = position(shards[shard], key, hash(key));
            if (shards[shard][gap] == 0) {
                return;
            }
            long[] cells = own(shard);
            int mask = cells.length - 1;
            // Pulls every displaced entry behind the gap that may stand there.
            for (int at = gap + 2 & mask; cells[at] != 0; at = at + 2 & mask) {
                if ((at - home(cells, hash(cells[at])) & mask) >= (at - gap & mask)) {
                    cells[gap] = cells[at];
                    cells[gap + 1] = cells[at + 1];
                    gap = at;
                }
            }
            cells[gap] = 0;
            counts[shard]--;
            size--;
        }

        /** A shard that may be written: the same array as before is the other map's. */
        @SuppressWarnings("ReferenceEquality")
        private long[] own(int shard) {
            if (shards[shard] == from.shards[shard]) {
                shards[shard] = shards[shard].clone();
            }
            return shards[shard];
        }

        private void grow(int shard) {
            long[] old = shards[shard];
            long[] cells = new long[old.length * 2];
            for (int i = 0; i < old.length; i += 2) {
                if (old[i] != 0) {
                    int at = position(cells, old[i], hash(old[i]));
                    cells[at] = old[i];
                    cells[at + 1] = old[i + 1];
                }
            }
            shards[shard] = cells;
        }

        /** The map; the one that was begun with if nothing changed. The builder must not be used afterwards. */
        Ip4PortMap build() {
            boolean sameShards = Arrays.equals(shards, from.shards);
            return sameShards ? from : new Ip4PortMap(shards, counts, size);
        }
    }
}
