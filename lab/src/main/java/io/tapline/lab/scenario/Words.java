// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.scenario;

import io.tapline.dataplane.config.PortRange;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the small notations of scenarios; each throws {@link IllegalArgumentException} with the remedy. */
final class Words {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ns|us|ms|s|m|h|d)");
    private static final Pattern TIME_OF_DAY = Pattern.compile("([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])(:([0-9]{6}))?");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(-([0-9]{1,5}))?");
    private static final Map<String, Long> UNIT_NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);
    /** Longest time that may pass in one step, in nanoseconds. */
    static final long LONGEST_NANOS = 7 * 86_400_000_000_000L;

    private Words() {}

    /** A time span such as {@code 250ms}, in nanoseconds. */
    static long duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time span; write a whole number and a unit: 250ms, 5s, 2m, 1h, 1d");
        }
        long count = Long.parseLong(matcher.group(1));
        long unit = UNIT_NANOS.getOrDefault(matcher.group(2), 1L);
        if (count > LONGEST_NANOS / unit) {
            throw new IllegalArgumentException("'" + text + "' is longer than the 7d that a replay can pass over");
        }
        return count * unit;
    }

    /** What traces print as a time, hours since the switch's start: {@code 01:36:39:413621}; in nanoseconds. */
    static long clock(String text) {
        Matcher matcher = TIME_OF_DAY.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a time as traces print it; write hours, minutes, seconds, microseconds:"
                    + " 01:36:39:413621");
        }
        long seconds = Long.parseLong(matcher.group(1)) * 3600
                + Long.parseLong(matcher.group(2)) * 60
                + Long.parseLong(matcher.group(3));
        long micros = matcher.group(5) == null ? 0 : Long.parseLong(matcher.group(5));
        return (seconds * 1_000_000 + micros) * 1000;
    }

    /** {@code 8080} or {@code 8000-8080}. */
    static PortRange range(String text, int most) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither a number nor a range; write it as 80 or as 8000-8080");
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
        if (first > last || last > most) {
            throw new IllegalArgumentException("'" + text + "' is not an ascending range in 0.." + most);
        }
        return new PortRange(first, last);
    }

    /** Hexadecimal digits, between which white space does not matter. */
    static byte[] hex(String text) {
        String digits = text.replaceAll("\\s+", "");
        for (int i = 0; i < digits.length(); i++) {
            if (!HexFormat.isHexDigit(digits.charAt(i))) {
                throw new IllegalArgumentException("'" + digits.charAt(i) + "' at digit " + (i + 1)
                        + " is not a hexadecimal digit; write two digits per byte, from the Ethernet header on");
            }
        }
        if (digits.isEmpty() || digits.length() % 2 != 0) {
            throw new IllegalArgumentException(
                    digits.length() + " hexadecimal digits are no whole number of bytes; write two per byte");
        }
        return HexFormat.of().parseHex(digits);
    }
}
