// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;

/**
 * An IPv4 or IPv6 address with a prefix length. Host bits are kept, so it serves for the address of a device as well as
 * for the destination of a route (where the kernel wants them to be zero).
 *
 * @param address the address
 * @param length bits of the prefix: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record InetPrefix(InetAddress address, int length) {
    /** @throws IllegalArgumentException if {@code length} is out of range */
    public InetPrefix {
        int bits = address.getAddress().length * 8;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException(
                    "prefix length of " + address.getHostAddress() + " must be 0 to " + bits + ", not " + length);
        }
    }

    /**
     * Reads {@code 10.1.1.0/24}, {@code fd00::/64}, or an address alone, which is taken with all its bits.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    public static InetPrefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return host(address);
        }
        try {
            return new InetPrefix(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a prefix length in \"" + text + "\"", e);
        }
    }

    /** The address with all its bits: /32 or /128. */
    public static InetPrefix host(InetAddress address) {
        return new InetPrefix(address, address.getAddress().length * 8);
    }

    /** Whether this is an IPv6 prefix. */
    public boolean isIpv6() {
        return address.getAddress().length == 16;
    }

    /** The form {@code 10.1.1.0/24}. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
