// SPDX-License-Identifier: Apache-2.0
package io.tapline.wire;

/**
 * An address block (RFC 4632): an address and the number of leading bits that count.
 *
 * @param address any address of the block; host bits are kept, as for an interface address with its subnet
 * @param length 0..32 for IPv4, 0..128 for IPv6
 */
public record IpPrefix(IpAddress address, int length) {
    /** Every IPv4 address. */
    public static final IpPrefix ANY_IPV4 = new IpPrefix(IpAddress.ofIpv4(0), 0);
    /** Every IPv6 address. */
    public static final IpPrefix ANY_IPV6 = new IpPrefix(new IpAddress(0, 0), 0);

    /** Checks the length against the family. */
    public IpPrefix {
        int bits = address.isIpv4() ? 32 : 128;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("prefix length of " + address + "/" + length + " is outside 0.." + bits);
        }
    }

    /**
     * Parses {@code address/length}; an address alone is a host prefix.
     *
     * @throws IllegalArgumentException naming the text and what is wrong with it
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return host(IpAddress.parse(text));
        }
        String length = text.substring(slash + 1);
        if (length.isEmpty() || length.length() > 3 || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("'" + text + "' is not a prefix; write it as 10.1.1.0/24");
        }
        return new IpPrefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    /** The prefix that holds just {@code address}. */
    public static IpPrefix host(IpAddress address) {
        return new IpPrefix(address, address.isIpv4() ? 32 : 128);
    }

    /** Whether this is an IPv4 block. */
    public boolean isIpv4() {
        return address.isIpv4();
    }

    /** Netmask of an IPv4 block as 32 bits. */
    public int ipv4Mask() {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    /** This block with its host bits cleared. */
    public IpPrefix network() {
        IpAddress base = isIpv4()
                ? IpAddress.ofIpv4(address.ipv4() & ipv4Mask())
                : new IpAddress(address.high() & mask(length), address.low() & mask(length - 64));
        return base.equals(address) ? this : new IpPrefix(base, length);
    }

    /** Whether {@code candidate} is of this family and inside this block. */
    public boolean contains(IpAddress candidate) {
        return candidate.isIpv4() == isIpv4()
                && new IpPrefix(candidate, length).network().equals(network());
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }

    private static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= 64 ? -1L : -1L << (64 - bits);
    }
}
