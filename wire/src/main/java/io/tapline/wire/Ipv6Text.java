// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Text form of IPv6 addresses: parsing by RFC 4291 section 2.2, formatting by RFC 5952. */
final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    static IpAddress parse(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw IpAddress.bad(text);
        }
        List<Integer> head = groups(gap < 0 ? text : text.substring(0, gap), text, gap < 0);
        List<Integer> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2), text, true);
        int given = head.size() + tail.size();
        if (gap < 0 ? given != GROUPS : given >= GROUPS) {
            throw IpAddress.bad(text);
        }
        List<Integer> all = new ArrayList<>(head);
        while (all.size() < GROUPS - tail.size()) {
            all.add(0);
        }
        all.addAll(tail);
        return new IpAddress(word(all, 0), word(all, 4));
    }

    private static long word(List<Integer> groups, int from) {
        long word = 0;
        for (int i = from; i < from + 4; i++) {
            word = word << 16 | groups.get(i);
        }
        return word;
    }

    /** The groups of a part of the text; one that ends the text may end in dotted-decimal IPv4. */
    private static List<Integer> groups(String part, String whole, boolean isEnd) {
        List<Integer> groups = new ArrayList<>();
        if (part.isEmpty()) {
            return groups;
        }
        String[] pieces = part.split(":", -1);
        for (int i = 0; i < pieces.length; i++) {
            if (isEnd && i == pieces.length - 1 && pieces[i].indexOf('.') > 0) {
                int v4 = ipv4(pieces[i], whole);
                groups.add(v4 >>> 16);
                groups.add(v4 & 0xffff);
            } else {
                groups.add(group(pieces[i], whole));
            }
        }
        return groups;
    }

    private static int ipv4(String piece, String whole) {
        try {
            return IpAddress.parseIpv4(piece);
        } catch (IllegalArgumentException e) {
            throw IpAddress.bad(whole);
        }
    }

    private static int group(String piece, String whole) {
        boolean hex = !piece.isEmpty() && piece.length() <= 4 && piece.chars().allMatch(HexFormat::isHexDigit);
        if (!hex) {
            throw IpAddress.bad(whole);
        }
        return Integer.parseInt(piece, 16);
    }

    static String format(long high, long low) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> (48 - 16 * i)) & 0xffff;
            groups[i + 4] = (int) (low >>> (48 - 16 * i)) & 0xffff;
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zeroRun(groups, i);
            if (length > bestLength) {
                bestStart = i;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zeroRun(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }
}
