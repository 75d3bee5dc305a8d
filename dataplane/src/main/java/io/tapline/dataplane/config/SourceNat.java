// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;

/**
 * Dynamic source NAT of what leaves by an interface (VPP: {@code nat44 ... output-feature} with an address pool): hosts
 * behind the switch share a few outside addresses, each connection under a port of its own.
 *
 * @param device name of the interface, which must be {@link NatRole#OUTSIDE} or {@link NatRole#BOTH}
 * @param pool outside IPv4 addresses, at least one; a client keeps to one of them
 * @param ports outside ports to choose from, none below 1; keep them apart from ports that the node itself uses
 * @param excluded destinations that are reached without translation
 */
public record SourceNat(String device, List<IpAddress> pool, PortRange ports, List<IpPrefix> excluded) {
    /** Ports that are nobody's by convention: 1024 to 65535. */
    public static final PortRange ALL_PORTS = new PortRange(1024, 0xffff);

    /** Checks the fields and copies the lists. */
    public SourceNat {
        pool = List.copyOf(pool);
        excluded = List.copyOf(excluded);
        if (pool.isEmpty()) {
            throw new ConfigException("source NAT on " + device + ": the pool has no address");
        }
        for (IpAddress address : pool) {
            if (!address.isIpv4()) {
                throw new ConfigException("source NAT on " + device + ": " + address + " is not an IPv4 address");
            }
        }
        if (ports.first() < 1) {
            throw new ConfigException("source NAT on " + device + ": port 0 is no port; begin at 1 or above");
        }
        for (IpPrefix prefix : excluded) {
            if (!prefix.isIpv4()) {
                throw new ConfigException("source NAT on " + device + ": " + prefix + " is not an IPv4 prefix");
            }
        }
    }

    /** One address, all ports, nothing excluded. */
    public static SourceNat of(String device, IpAddress address) {
        return new SourceNat(device, List.of(address), ALL_PORTS, List.of());
    }
}
