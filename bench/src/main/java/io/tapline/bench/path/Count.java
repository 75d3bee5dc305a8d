// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter that one thread advances and others read. */
final class Count {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Count.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // written and read through VALUE
    private long value;

    /** The one writer's. */
    void add(long amount) {
        VALUE.setOpaque(this, (long) VALUE.getOpaque(this) + amount);
    }

    /** Any thread's. */
    long value() {
        return (long) VALUE.getOpaque(this);
    }
}
