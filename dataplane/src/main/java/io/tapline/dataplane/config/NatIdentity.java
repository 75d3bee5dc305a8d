// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpAddress;

/**
 * An address that NAT leaves as it is although it is one of NAT's own (VPP: identity mapping): the node's, for the
 * overlay's packets and for services of the host.
 *
 * @param address IPv4 address
 * @param port 1..65535; 0 with protocol 0 for the whole address
 * @param protocol TCP, UDP or SCTP; 0 for the whole address
 * @param origin what it was made from, in a user's words; may be empty
 */
public record NatIdentity(IpAddress address, int port, int protocol, String origin) {
    /** Checks the ranges. */
    public NatIdentity {
        if (!address.isIpv4()) {
            throw new ConfigException("NAT identity " + address + ": NAT44 knows IPv4 addresses only");
        }
        boolean wholeAddress = port == 0 && protocol == 0;
        if (!wholeAddress && (port < 1 || port > 0xffff || !NatMapping.hasPorts(protocol))) {
            throw new ConfigException("NAT identity " + address
                    + ": write a port in 1..65535 with protocol TCP, UDP or SCTP, or neither");
        }
    }

    /** The identity of a whole address. */
    public static NatIdentity of(IpAddress address) {
        return new NatIdentity(address, 0, 0, "");
    }

    /** The identity of one port. */
    public static NatIdentity of(IpAddress address, int port, int protocol) {
        return new NatIdentity(address, port, protocol, "");
    }
}
