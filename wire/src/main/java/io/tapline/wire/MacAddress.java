// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

import java.util.HexFormat;

/**
 * Ethernet addresses as the low 48 bits of a {@code long} (IEEE 802), first octet most significant.
 *
 * <p>A class of static functions, not a value class: addresses travel through the data path as primitives.
 */
public final class MacAddress {
    /** ff:ff:ff:ff:ff:ff. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final long GROUP_BIT = 0x0100_0000_0000L;

    private MacAddress() {}

    /**
     * Parses {@code aa:bb:cc:dd:ee:ff}.
     *
     * @throws IllegalArgumentException naming the text when it is not six hexadecimal octets
     */
    public static long parse(String text) {
        String[] octets = text.split(":", -1);
        if (octets.length != 6) {
            throw bad(text);
        }
        long value = 0;
        for (String octet : octets) {
            if (octet.length() != 2 || !octet.chars().allMatch(HexFormat::isHexDigit)) {
                throw bad(text);
            }
            value = value << 8 | Integer.parseInt(octet, 16);
        }
        return value;
    }

    /** Lower-case colon form. */
    public static String format(long mac) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (mac >>> shift) & 0xff;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }

    /** Whether the group bit is set: multicast, or broadcast. */
    public static boolean isGroup(long mac) {
        return (mac & GROUP_BIT) != 0;
    }

    /** Reads six octets. */
    public static long read(long address) {
        return (long) Memory.u16(address) << 32 | Integer.toUnsignedLong(Memory.i32(address + 2));
    }

    /** Writes six octets. */
    public static void write(long address, long mac) {
        Memory.putU16(address, (int) (mac >>> 32));
        Memory.putI32(address + 2, (int) mac);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a MAC address; write six hexadecimal octets such as 02:fe:00:00:00:01");
    }
}
