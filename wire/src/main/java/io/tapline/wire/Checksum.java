// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/**
 * The Internet checksum (RFC 1071): full sums, incremental updates (RFC 1624) and the pseudo-header.
 *
 * <p>A running <em>sum</em> is the one's-complement sum held in an {@code int} with its carries not yet folded; it
 * stays exact for inputs up to 64 KiB. {@link #finish} folds and complements it into the value of a checksum field.
 */
public final class Checksum {
    private Checksum() {}

    /**
     * Adds {@code length} bytes as big-endian 16-bit words to {@code sum}; an odd last byte counts as the high half.
     *
     * <p>The sum is taken in the machine's order, eight bytes a time, and swapped once at the end: one's-complement
     * addition does not care for byte order (RFC 1071 section 2).
     */
    public static int sum(long address, int length, int sum) {
        long words = 0;
        int i = 0;
        for (; i <= length - 8; i += 8) {
            long word = Memory.nativeI64(address + i);
            words += (word & 0xffff_ffffL) + (word >>> 32);
        }
        for (; i <= length - 2; i += 2) {
            words += Memory.nativeU16(address + i);
        }
        if (i < length) {
            words += Memory.u8(address + i);
        }
        return sum + Short.toUnsignedInt(Short.reverseBytes((short) foldLong(words)));
    }

    /** Adds one 32-bit quantity, such as an address, as two words. */
    public static int add32(int value, int sum) {
        return sum + (value >>> 16) + (value & 0xffff);
    }

    /**
     * The sum of the TCP or UDP pseudo-header (RFC 9293 section 3.1), {@code length} being header and payload in bytes.
     */
    public static int pseudoHeader(int source, int destination, int protocol, int length) {
        return add32(source, add32(destination, protocol + (length & 0xffff) + (length >>> 16)));
    }

    /** Folds {@code sum} to 16 bits without complementing: the value that a partial (NEEDS_CSUM) field holds. */
    public static int fold(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        return (folded & 0xffff) + (folded >>> 16);
    }

    /** Folds {@code sum} and complements it: the value of a complete checksum field. */
    public static int finish(int sum) {
        return ~fold(sum) & 0xffff;
    }

    /** Updates a complete checksum for a 16-bit field that changes (RFC 1624 equation 3). */
    public static int update16(int checksum, int before, int after) {
        return finish((~checksum & 0xffff) + (~before & 0xffff) + (after & 0xffff));
    }

    /** Updates a complete checksum for a 32-bit field that changes. */
    public static int update32(int checksum, int before, int after) {
        return finish(add32(~before, add32(after, ~checksum & 0xffff)));
    }

    /**
     * Updates a <em>partial</em> checksum (NEEDS_CSUM: the field holds the uncomplemented pseudo-header sum) for a
     * 32-bit address that changes. Ports are not part of the pseudo-header, so a partial checksum ignores them.
     */
    public static int updatePartial32(int partial, int before, int after) {
        return fold(add32(~before, add32(after, partial)));
    }

    /**
     * Completes a partial checksum: sums {@code length} bytes from {@code start}, the field's present content included,
     * and stores the result at {@code start + offset}. A result of 0 becomes 0xffff, which means the same and is not
     * mistaken by UDP for "none" (RFC 768).
     */
    public static void complete(long start, int offset, int length) {
        int checksum = finish(sum(start, length, 0));
        Memory.putU16(start + offset, checksum == 0 ? 0xffff : checksum);
    }

    /** Whether the TCP or UDP checksum over {@code length} bytes at {@code l4} is right for these addresses. */
    public static boolean isRight(long l4, int length, int source, int destination, int protocol) {
        return finish(sum(l4, length, pseudoHeader(source, destination, protocol, length))) == 0;
    }

    private static int foldLong(long words) {
        long folded = (words & 0xffff_ffffL) + (words >>> 32);
        folded = (folded & 0xffff_ffffL) + (folded >>> 32);
        return fold((int) ((folded & 0xffff) + (folded >>> 16)));
    }
}
