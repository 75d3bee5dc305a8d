// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.agent.node.EventHistory;
import java.time.Instant;

/**
 * Something that happened on the node.
 *
 * @param sequence counted from 1 since the agent started
 * @param kind what sort it is, such as {@code pod-add}
 * @param cause what it was about
 * @param began when
 * @param tookMillis how long it took
 * @param failed whether it failed
 * @param outcome what came of it, or why it failed
 */
public record EventRow(
        long sequence, String kind, String cause, Instant began, double tookMillis, boolean failed, String outcome) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** An event in words. */
    static EventRow of(EventHistory.Event event) {
        return new EventRow(
                event.sequence(),
                event.kind(),
                event.cause(),
                event.began(),
                event.took().toNanos() / NANOS_PER_MILLI,
                event.failed(),
                event.outcome());
    }
}
