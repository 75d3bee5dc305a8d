// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.operate;

import java.time.Duration;
import java.util.Locale;

/** Times and numbers in words. */
final class Words {
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;
    private static final int DAY = 86_400;

    private Words() {}

    /** Two units at most, such as {@code 3h12m}. */
    static String age(long seconds) {
        if (seconds < MINUTE) {
            return seconds + "s";
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + "m" + seconds % MINUTE + "s";
        }
        if (seconds < DAY) {
            return seconds / HOUR + "h" + seconds % HOUR / MINUTE + "m";
        }
        return seconds / DAY + "d" + seconds % DAY / HOUR + "h";
    }

    static String age(Duration duration) {
        return age(Math.max(0, duration.toSeconds()));
    }

    /** With separators for thousands. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
