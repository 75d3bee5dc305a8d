// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

/** A rate limit: so many a second, and so many at once. One thread. */
public final class TokenBucket {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long nanosPerToken;
    private final long capacityNanos;
    private long creditNanos;
    private long lastNanos;

    /** Allows {@code perSecond} (1..10^9) in the long run and {@code burst} at once. */
    public TokenBucket(int perSecond, int burst) {
        nanosPerToken = NANOS_PER_SECOND / perSecond;
        capacityNanos = nanosPerToken * burst;
        creditNanos = capacityNanos;
    }

    /** Takes one if there is one. */
    public boolean take(long nowNanos) {
        creditNanos = Math.min(capacityNanos, creditNanos + Math.max(0, nowNanos - lastNanos));
        lastNanos = nowNanos;
        if (creditNanos < nanosPerToken) {
            return false;
        }
        creditNanos -= nanosPerToken;
        return true;
    }
}
