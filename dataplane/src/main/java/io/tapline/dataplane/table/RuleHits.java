// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the packets that one rule has judged. Compiled lists share it with their successors as long as the rule stays,
 * so that a change of other rules loses no count. The worker writes, with plain adds; any thread may read.
 */
final class RuleHits {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(RuleHits.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long count;

    void increment() {
        count++;
    }

    long read() {
        return (long) COUNT.getOpaque(this);
    }
}
