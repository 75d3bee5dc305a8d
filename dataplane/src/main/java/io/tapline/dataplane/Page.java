// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import java.util.List;

/**
 * A part of one of the worker's tables.
 *
 * @param entries what the part holds, in the order of their numbers
 * @param next where the next part begins, or {@value #END}
 */
public record Page<T>(List<T> entries, int next) {
    /** There is no next part. */
    public static final int END = -1;
    /** Numbers that one part looks at: so many that the worker copies them in some microseconds. */
    static final int RECORDS = 1024;

    /** Copies the list. */
    public Page {
        entries = List.copyOf(entries);
    }

    /** Where the part that begins at {@code from} ends, in a table whose numbers are below {@code highest}. */
    static int end(int from, int highest) {
        return (int) Math.min(highest, (long) from + RECORDS);
    }

    /** What follows a part that ends at {@code end}. */
    static int next(int end, int highest) {
        return end < highest ? end : END;
    }
}
