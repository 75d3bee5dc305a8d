// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

/** IP protocol numbers in words (RFC 5237). */
public final class Protocols {
    private Protocols() {}

    /** The name that people use, {@code any} for 0, or the number. */
    public static String name(int protocol) {
        return switch (protocol) {
            case 0 -> "any";
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 58 -> "icmp6";
            case 132 -> "sctp";
            default -> Integer.toString(protocol);
        };
    }
}
