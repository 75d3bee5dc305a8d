// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.util.HexFormat;
import java.util.Locale;

/**
 * The 48-bit address of an Ethernet device.
 *
 * @param value the address as a number, first byte on the wire most significant; 0 to 2^48 - 1
 */
public record HardwareAddress(long value) {
    /** Bytes of an address. */
    public static final int LENGTH = 6;

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    /** @throws IllegalArgumentException if {@code value} does not fit 48 bits */
    public HardwareAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("not a 48-bit address: 0x" + Long.toHexString(value));
        }
    }

    /**
     * Reads the usual form, in any case.
     *
     * @throws IllegalArgumentException if {@code text} is not six pairs of hexadecimal digits with colons
     */
    public static HardwareAddress parse(String text) {
        if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new IllegalArgumentException(
                    "not a hardware address: \"" + text + "\" (expected the form 02:fe:00:00:00:01)");
        }
        return of(COLONS.parseHex(text));
    }

    /**
     * From bytes in wire order.
     *
     * @throws IllegalArgumentException if there are not {@value #LENGTH} of them
     */
    public static HardwareAddress of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a hardware address has 6 bytes, not " + bytes.length);
        }
        long value = 0;
        for (byte b : bytes) {
            value = value << 8 | (b & 0xff);
        }
        return new HardwareAddress(value);
    }

    /** A new array with the address in wire order. */
    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            bytes[i] = (byte) (value >>> (8 * (LENGTH - 1 - i)));
        }
        return bytes;
    }

    /** The usual form, {@code 02:fe:00:00:00:01}. */
    @Override
    public String toString() {
        return COLONS.formatHex(bytes()).toLowerCase(Locale.ROOT);
    }
}
