// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

/**
 * An inclusive range of 16-bit numbers: ports, or ICMP types or codes.
 *
 * @param first 0..65535
 * @param last {@code first}..65535
 */
public record PortRange(int first, int last) {
    /** Every number. */
    public static final PortRange ANY = new PortRange(0, 0xffff);

    /** Checks the order and the range. */
    public PortRange {
        if (first < 0 || last > 0xffff || first > last) {
            throw new ConfigException("port range " + first + "-" + last + " is not an ascending range in 0..65535");
        }
    }

    /** Just one number. */
    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /** Whether every number is in it. */
    public boolean isAny() {
        return equals(ANY);
    }

    @Override
    public String toString() {
        return isAny() ? "any" : first == last ? Integer.toString(first) : first + "-" + last;
    }
}
