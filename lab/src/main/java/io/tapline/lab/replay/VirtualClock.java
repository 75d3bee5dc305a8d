// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import java.util.function.LongSupplier;

/**
 * Time that depends on nothing but what is replayed: it moves on by {@value #STEP_NANOS} ns with each look at it, so
 * that the order of events shows, and by leaps when told to. It measures nothing.
 */
final class VirtualClock implements LongSupplier {
    /** How far each look moves it on. */
    static final long STEP_NANOS = 400;

    private long nanos;
    private boolean running;

    /** A clock that stands at {@code nanos}. */
    VirtualClock(long nanos) {
        this.nanos = nanos;
    }

    /** Lets it run. */
    void start() {
        running = true;
    }

    /** What the next look will show. */
    long peek() {
        return nanos;
    }

    /** Leaps to a time, or stays if that is past. */
    void leapTo(long newNanos) {
        nanos = Math.max(nanos, newNanos);
    }

    @Override
    public long getAsLong() {
        long now = nanos;
        if (running) {
            nanos += STEP_NANOS;
        }
        return now;
    }
}
