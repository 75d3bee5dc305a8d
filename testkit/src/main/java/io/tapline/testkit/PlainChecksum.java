// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/**
 * The Internet checksum written straight from RFC 1071, two bytes a time: slow, obvious, and independent of the
 * production code that it judges.
 */
public final class PlainChecksum {
    private PlainChecksum() {}

    /** One's-complement sum of {@code bytes} from {@code from} (inclusive) to {@code to} (exclusive), 0..0xffff. */
    public static int sum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            int high = bytes[i] & 0xff;
            int low = i + 1 < to ? bytes[i + 1] & 0xff : 0;
            sum = add(sum, high << 8 | low);
        }
        return sum;
    }

    /** One's-complement sum of two 16-bit values: the carry comes round to the low end. */
    public static int add(int left, int right) {
        int sum = left + right;
        return sum > 0xffff ? sum - 0xffff : sum;
    }

    /** Sum of the pseudo-header for IPv4 (RFC 9293 section 3.1): what a partial checksum field holds. */
    public static int pseudoHeader(int source, int destination, int protocol, int length) {
        int sum = add(source >>> 16, source & 0xffff);
        sum = add(sum, add(destination >>> 16, destination & 0xffff));
        return add(sum, add(protocol, add(length >>> 16, length & 0xffff)));
    }

    /** The checksum field for {@code bytes} with the field itself 0, given a sum to start from. */
    public static int of(byte[] bytes, int from, int to, int start) {
        return 0xffff - add(start, sum(bytes, from, to));
    }

    /** Whether {@code bytes}, their checksum field included, sum up as a receiver demands. */
    public static boolean isRight(byte[] bytes, int from, int to, int start) {
        return add(start, sum(bytes, from, to)) == 0xffff;
    }
}
