// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.NatMapping.TwiceNat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The mappings and identities of a {@link NatTable} by number, and how many of them are of the kinds that cost an extra
 * look. Immutable; the next generation's begins as a copy.
 */
final class NatTargets {
    /** None. */
    static final NatTargets EMPTY = new NatTargets(new NatTarget[0], new int[0], 0, 0, 0);

    private final @Nullable NatTarget[] byNumber;
    private final int[] free;
    private final int wholeAddresses;
    private final int hiding;
    private final int bothWays;

    private NatTargets(@Nullable NatTarget[] byNumber, int[] free, int wholeAddresses, int hiding, int bothWays) {
        this.byNumber = byNumber;
        this.free = free;
        this.wholeAddresses = wholeAddresses;
        this.hiding = hiding;
        this.bothWays = bothWays;
    }

    /** The mapping or identity of a number that is in use. */
    NatTarget get(int number) {
        NatTarget target = byNumber[number];
        if (target == null) {
            throw new IllegalStateException("NAT target " + number + " is gone");
        }
        return target;
    }

    /** Whether any stands for a whole address. */
    boolean hasWholeAddresses() {
        return wholeAddresses > 0;
    }

    /** Whether any always hides its clients. */
    boolean hidesClients() {
        return hiding > 0;
    }

    /** Whether any mapping works for connections that its backend begins, too. */
    boolean hasBothWays() {
        return bothWays > 0;
    }

    /** Targets in the making; copied with the first that changes. */
    static final class Builder {
        private final NatTargets from;
        private @Nullable NatTarget[] byNumber;
        private int[] free;
        private int size;
        private int freeCount;
        private int wholeAddresses;
        private int hiding;
        private int bothWays;
        private boolean copied;

        Builder(NatTargets from) {
            this.from = from;
            byNumber = from.byNumber;
            free = from.free;
            size = byNumber.length;
            freeCount = free.length;
            wholeAddresses = from.wholeAddresses;
            hiding = from.hiding;
            bothWays = from.bothWays;
        }

        private void copy() {
            if (!copied) {
                byNumber = byNumber.clone();
                free = Arrays.copyOf(free, freeCount + 16);
                copied = true;
            }
        }

        /** A number that nobody has. */
        int newNumber() {
            copy();
            if (freeCount > 0) {
                return free[--freeCount];
            }
            if (size == byNumber.length) {
                byNumber = Arrays.copyOf(byNumber, size * 2 + 16);
            }
            return size++;
        }

        /** What the target of a number was made from. */
        String origin(int number) {
            NatTarget target = byNumber[number];
            return target == null ? "" : target.origin();
        }

        /** Gives a number to a target, in place of the one that may have it. */
        void put(int number, NatTarget target) {
            copy();
            count(byNumber[number], -1);
            count(target, 1);
            byNumber[number] = target;
        }

        /** Removes a target. */
        void remove(int number) {
            copy();
            count(byNumber[number], -1);
            byNumber[number] = null;
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = number;
        }

        private void count(@Nullable NatTarget target, int by) {
            if (target != null) {
                wholeAddresses += target.protocol() == 0 ? by : 0;
                hiding += target.twiceNat() == TwiceNat.ALWAYS ? by : 0;
                bothWays += target.isIdentity() || target.out2inOnly() ? 0 : by;
            }
        }

        /** What is in the making. The builder must not be used afterwards. */
        NatTargets build() {
            if (!copied) {
                return from;
            }
            return new NatTargets(
                    size == byNumber.length ? byNumber : Arrays.copyOf(byNumber, size),
                    Arrays.copyOf(free, freeCount),
                    wholeAddresses,
                    hiding,
                    bothWays);
        }
    }
}
