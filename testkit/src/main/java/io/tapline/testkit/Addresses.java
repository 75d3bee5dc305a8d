// SPDX-License-Identifier: Apache-2.0
package io.tapline.testkit;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Text forms of addresses, by way of the JDK. */
final class Addresses {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    private Addresses() {}

    static int ipv4(String text) {
        byte[] octets = InetAddress.ofLiteral(text).getAddress();
        if (octets.length != 4) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
        }
        return ByteBuffer.wrap(octets).getInt();
    }

    static String ipv4(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }

    static long mac(String text) {
        byte[] octets = COLONS.parseHex(text);
        if (octets.length != 6) {
            throw new IllegalArgumentException("'" + text + "' is not a MAC address");
        }
        long bits = 0;
        for (byte octet : octets) {
            bits = bits << 8 | (octet & 0xff);
        }
        return bits;
    }

    static String mac(long bits) {
        return COLONS.formatHex(ByteBuffer.allocate(8).putLong(bits).array(), 2, 8);
    }
}
