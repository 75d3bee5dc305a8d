// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

/**
 * Numbers by IPv4 address, port and protocol: an open-addressed table at most a quarter full, so that a lookup rarely
 * touches a second cache line. Filled once, then immutable.
 */
final class Ip4PortMap {
    /** No number. */
    static final int NONE = -1;

    private static final int PRESENT = 1;

    private final long[] cells;
    private final int mask;

    /** Room for {@code entries} numbers. */
    Ip4PortMap(int entries) {
        int size = Integer.highestOneBit(Math.max(4, entries * 4 - 1)) << 1;
        cells = new long[size * 2];
        mask = size - 1;
    }

    private static long key(int address, int port, int protocol) {
        return (long) address << 32 | (long) port << 16 | (long) protocol << 8 | PRESENT;
    }

    private int home(long key) {
        long h = key * 0x9e37_79b9_7f4a_7c15L;
        return (int) (h >>> 40) & mask;
    }

    /** The number of an entry, or {@link #NONE}. */
    int find(int address, int port, int protocol) {
        long key = key(address, port, protocol);
        for (int i = home(key); ; i = (i + 1) & mask) {
            long cell = cells[i * 2];
            if (cell == key) {
                return (int) cells[i * 2 + 1];
            }
            if (cell == 0) {
                return NONE;
            }
        }
    }

    /** Adds an entry unless there is one already; returns the number that stands. */
    int add(int address, int port, int protocol, int number) {
        long key = key(address, port, protocol);
        int i = home(key);
        while (cells[i * 2] != 0) {
            if (cells[i * 2] == key) {
                return (int) cells[i * 2 + 1];
            }
            i = (i + 1) & mask;
        }
        cells[i * 2] = key;
        cells[i * 2 + 1] = number;
        return number;
    }
}
