// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

/** Bits of the TCP flags octet (RFC 9293, RFC 3168). */
public final class TcpFlags {
    /** No more data from the sender. */
    public static final int FIN = 0x01;
    /** Synchronise sequence numbers. */
    public static final int SYN = 0x02;
    /** Reset the connection. */
    public static final int RST = 0x04;
    /** Push. */
    public static final int PSH = 0x08;
    /** The acknowledgement field counts. */
    public static final int ACK = 0x10;
    /** Urgent. */
    public static final int URG = 0x20;
    /** ECN echo. */
    public static final int ECE = 0x40;
    /** Congestion window reduced. */
    public static final int CWR = 0x80;

    private static final String[] NAMES = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};

    private TcpFlags() {}

    /** Names of the set bits, such as {@code SYN|ACK}; {@code none} for 0. */
    public static String format(int flags) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((flags >> bit & 1) != 0) {
                text.append(text.isEmpty() ? "" : "|").append(NAMES[bit]);
            }
        }
        return text.isEmpty() ? "none" : text.toString();
    }
}
