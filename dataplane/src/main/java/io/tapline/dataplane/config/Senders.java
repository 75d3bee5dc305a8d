// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpPrefix;
import io.tapline.wire.MacAddress;
import java.util.List;

/**
 * Who may send from the other end of an interface: everything else is dropped before any other feature sees it.
 *
 * @param macs MAC addresses that frames and ARP packets may come from, 48 bits each; empty for any
 * @param addresses blocks that IP packets and ARP packets may come from; empty for any
 */
public record Senders(List<Long> macs, List<IpPrefix> addresses) {
    /** Anybody. */
    public static final Senders ANY = new Senders(List.of(), List.of());

    /** Checks the MAC addresses and copies the lists. */
    public Senders {
        macs = List.copyOf(macs);
        addresses = addresses.stream().map(IpPrefix::network).toList();
        for (long mac : macs) {
            if (mac == 0 || mac >>> 48 != 0 || MacAddress.isGroup(mac)) {
                throw new ConfigException("sender " + MacAddress.format(mac) + " cannot be a source MAC address");
            }
        }
    }

    /** One station with its addresses, as a pod is. */
    public static Senders of(long mac, IpPrefix... addresses) {
        return new Senders(List.of(mac), List.of(addresses));
    }

    /** Whether anybody may send. */
    public boolean isAny() {
        return macs.isEmpty() && addresses.isEmpty();
    }
}
