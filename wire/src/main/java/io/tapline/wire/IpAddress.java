// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/**
 * An IPv4 or IPv6 address as 128 bits. IPv4 addresses are held in the IPv4-mapped form (RFC 4291 section 2.5.5.2), so
 * that keys and tables have one shape for both families.
 *
 * @param high the first eight octets; 0 for IPv4
 * @param low the last eight octets; {@code 0x0000ffff} and the address for IPv4
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

    /** The IPv4 address with these 32 bits, first octet most significant. */
    public static IpAddress ofIpv4(int bits) {
        return new IpAddress(0, V4_MAPPED | Integer.toUnsignedLong(bits));
    }

    /**
     * Parses dotted-decimal IPv4 or RFC 4291 IPv6 text. Never asks a name service.
     *
     * @throws IllegalArgumentException naming the text when it is neither
     */
    public static IpAddress parse(String text) {
        return text.indexOf(':') >= 0 ? Ipv6Text.parse(text) : ofIpv4(parseIpv4(text));
    }

    /**
     * Parses dotted-decimal IPv4 into 32 bits.
     *
     * @throws IllegalArgumentException naming the text when it is not four decimal octets
     */
    public static int parseIpv4(String text) {
        int bits = 0;
        int octets = 0;
        for (String part : text.split("\\.", -1)) {
            boolean digits =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            boolean leadingZero = part.length() > 1 && part.charAt(0) == '0';
            if (!digits || leadingZero || Integer.parseInt(part) > 255 || ++octets > 4) {
                throw bad(text);
            }
            bits = bits << 8 | Integer.parseInt(part);
        }
        if (octets != 4) {
            throw bad(text);
        }
        return bits;
    }

    /** Dotted-decimal text of 32 bits. */
    public static String formatIpv4(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    /** Whether this is an IPv4 address. */
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == V4_MAPPED >>> 32;
    }

    /**
     * The 32 bits of an IPv4 address.
     *
     * @throws IllegalStateException for IPv6
     */
    public int ipv4() {
        if (!isIpv4()) {
            throw new IllegalStateException(this + " is not an IPv4 address");
        }
        return (int) low;
    }

    @Override
    public int compareTo(IpAddress other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** Dotted-decimal IPv4, or RFC 5952 IPv6. */
    @Override
    public String toString() {
        return isIpv4() ? formatIpv4((int) low) : Ipv6Text.format(high, low);
    }

    static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not an IP address; write it as 10.1.1.2 or as 2001:db8::2");
    }
}
