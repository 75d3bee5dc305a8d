// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.util.Locale;

/**
 * An address of a device. Key: device, address and prefix length.
 *
 * @param ifIndex the device
 * @param prefix the address and the length of the prefix that is on the link
 * @param scope how far it is valid; the kernel decides it for IPv6
 * @param noDad IPv6: use it at once, without looking for duplicates on the link
 * @param tentative IPv6, read only: not usable yet, the search for duplicates is going on or found one
 */
public record Address(int ifIndex, InetPrefix prefix, Scope scope, boolean noDad, boolean tentative) implements Entry {
    /** A global address; without search for duplicates, if it is IPv6. */
    public static Address of(int ifIndex, InetPrefix prefix) {
        return new Address(ifIndex, prefix, Scope.GLOBAL, prefix.isIpv6(), false);
    }

    /** A global address alone (/32 or /128); without search for duplicates, if it is IPv6. */
    public static Address host(int ifIndex, InetAddress address) {
        return of(ifIndex, InetPrefix.host(address));
    }

    /** With another scope. */
    public Address withScope(Scope value) {
        return new Address(ifIndex, prefix, value, noDad, tentative);
    }

    @Override
    public String toString() {
        return "address " + prefix + " dev #" + ifIndex
                + (scope == Scope.GLOBAL ? "" : " scope " + scope.name().toLowerCase(Locale.ROOT));
    }
}
