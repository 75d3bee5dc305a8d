// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.model.Protocol;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to try between each pair, written {@code TCP/80}, or {@code TCP/80@v6} for IPv6.
 *
 * @param text as it was written
 */
public record Probe(String text, Protocol protocol, int port, boolean ipv6) {
    private static final Pattern FORM = Pattern.compile("(TCP|UDP|SCTP)/([0-9]{1,5})(@v[46])?");

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is not written so
     */
    public static Probe parse(String text) {
        Matcher matcher = FORM.matcher(text.toUpperCase(Locale.ROOT).replace("@V", "@v"));
        if (matcher.matches()) {
            int port = Integer.parseInt(matcher.group(2));
            if (port >= 1 && port <= 65535) {
                return new Probe(text, Protocol.valueOf(matcher.group(1)), port, "@v6".equals(matcher.group(3)));
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not a probe; write a protocol and a port: TCP/80, UDP/53, or TCP/80@v6 for IPv6");
    }
}
