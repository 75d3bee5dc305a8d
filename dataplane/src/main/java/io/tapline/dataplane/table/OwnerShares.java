// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

/**
 * Who holds how many records of a table of limited capacity, and who must give way: so that nobody is starved by
 * another's flood. Owners are interfaces, by index. One worker thread.
 */
final class OwnerShares {
    private final int[] held;
    private int total;
    private int owners;

    /** For owners 0..{@code maxOwner}, who hold nothing yet. */
    OwnerShares(int maxOwner) {
        held = new int[maxOwner + 1];
    }

    /** An owner has one record more. */
    void add(int owner) {
        if (held[owner]++ == 0) {
            owners++;
        }
        total++;
    }

    /** An owner has one record less. */
    void remove(int owner) {
        if (--held[owner] == 0) {
            owners--;
        }
        total--;
    }

    /** Records of an owner. */
    int held(int owner) {
        return held[owner];
    }

    /**
     * Who must give way so that {@code owner} can have one record more: itself when it holds more than the average
     * owner, which takes no search, else whoever holds most.
     */
    int victimFor(int owner) {
        if (held[owner] > 0 && (long) held[owner] * owners >= total) {
            return owner;
        }
        int most = owner;
        for (int i = 0; i < held.length; i++) {
            if (held[i] > held[most]) {
                most = i;
            }
        }
        return most;
    }
}
