// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import java.util.Optional;

/**
 * What becomes of a connection that lives when rules change and no longer permit it.
 *
 * <p>The natural order is from strict to lenient. A list follows the strictest of its policies, because each of them
 * may rely on what it says.
 */
public sealed interface ChangeMode extends Comparable<ChangeMode> {
    /** It ends with its next packet. */
    record Reevaluate() implements ChangeMode {}

    /**
     * It may go on for a while.
     *
     * @param seconds from the change, 1..86400
     */
    record Drain(int seconds) implements ChangeMode {
        /** Longest time: a day. */
        public static final int MAX_SECONDS = 86_400;

        /** Checks the time. */
        public Drain {
            if (seconds < 1 || seconds > MAX_SECONDS) {
                throw new IllegalArgumentException("drain of " + seconds + " s is outside 1.." + MAX_SECONDS);
            }
        }
    }

    /** It may go on until it ends by itself. */
    record Keep() implements ChangeMode {}

    /** The default of the default. */
    ChangeMode REEVALUATE = new Reevaluate();
    /** See {@link Keep}. */
    ChangeMode KEEP = new Keep();

    /** Reads {@code re-evaluate}, {@code keep} or {@code drain 30s}; empty when the text is none of them. */
    static Optional<ChangeMode> parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equals("re-evaluate")) {
            return Optional.of(REEVALUATE);
        }
        if (trimmed.equals("keep")) {
            return Optional.of(KEEP);
        }
        if (trimmed.matches("drain [1-9][0-9]{0,4}s")) {
            int seconds = Integer.parseInt(trimmed.substring("drain ".length(), trimmed.length() - 1));
            return seconds > Drain.MAX_SECONDS ? Optional.empty() : Optional.of(new Drain(seconds));
        }
        return Optional.empty();
    }

    /** How long a connection may go on, in seconds. */
    private int leniency() {
        return switch (this) {
            case Reevaluate _ -> 0;
            case Drain drain -> drain.seconds();
            case Keep _ -> Integer.MAX_VALUE;
        };
    }

    @Override
    default int compareTo(ChangeMode other) {
        return Integer.compare(leniency(), other.leniency());
    }
}
