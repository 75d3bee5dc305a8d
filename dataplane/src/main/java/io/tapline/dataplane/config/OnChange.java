// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

/**
 * What becomes of a live session when a change of the rules no longer permits it. It is for the list to say that denies
 * the session now.
 *
 * @param kind what happens
 * @param drainSeconds for {@link Kind#DRAIN}, how long after the change the session may go on,
 *     1..{@value #MAX_DRAIN_SECONDS}; else 0
 */
public record OnChange(Kind kind, int drainSeconds) {
    /** Longest time to drain: a day, as long as an idle connection lives. */
    public static final int MAX_DRAIN_SECONDS = 86_400;
    /** The session ends with its next packet. The default. */
    public static final OnChange RE_EVALUATE = new OnChange(Kind.RE_EVALUATE, 0);
    /** The session goes on until it ends by itself. */
    public static final OnChange KEEP = new OnChange(Kind.KEEP, 0);

    /** What happens to the session. */
    public enum Kind {
        /** It ends with its next packet. */
        RE_EVALUATE,
        /** It goes on. */
        KEEP,
        /** It goes on for a time. */
        DRAIN
    }

    /** Checks the time. */
    public OnChange {
        boolean drains = kind == Kind.DRAIN;
        if (drains ? drainSeconds < 1 || drainSeconds > MAX_DRAIN_SECONDS : drainSeconds != 0) {
            throw new ConfigException(
                    "drain time " + drainSeconds + " s is outside 1.." + MAX_DRAIN_SECONDS + " s, or 0 without drain");
        }
    }

    /** The session goes on until this long after the change. */
    public static OnChange drain(int seconds) {
        return new OnChange(Kind.DRAIN, seconds);
    }
}
