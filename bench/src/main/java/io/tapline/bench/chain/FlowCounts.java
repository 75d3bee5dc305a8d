// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of flows as people write it: {@code 1}, {@code 10k}, {@code 1M}. */
final class FlowCounts implements ITypeConverter<Integer> {
    /** Three sessions per flow and their index then take about half a gigabyte. */
    static final int MAX_FLOWS = 1_000_000;

    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,7})([kKmM]?)");

    /** For picocli. */
    FlowCounts() {}

    @Override
    public Integer convert(String text) {
        Matcher matcher = NUMBER.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text);
        }
        long unit = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 1_000;
            case "m" -> 1_000_000;
            default -> 1;
        };
        long flows = Long.parseLong(matcher.group(1)) * unit;
        if (flows < 1 || flows > MAX_FLOWS) {
            throw wrong(text);
        }
        return (int) flows;
    }

    /** As {@link #convert} reads it: 100000 is {@code 100k}. */
    static String text(int flows) {
        if (flows % 1_000_000 == 0) {
            return flows / 1_000_000 + "M";
        }
        return flows % 1_000 == 0 ? flows / 1_000 + "k" : Integer.toString(flows);
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("'" + text + "' is not a number of flows from 1 to 1M, such as 10k");
    }
}
