// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.config;

import io.tapline.wire.IpPrefix;

/**
 * One rule of an access list; the first rule that matches decides.
 *
 * @param action what to do
 * @param source source block; the family must be that of {@code destination}
 * @param destination destination block
 * @param protocol IP protocol number 1..255, or {@value #ANY_PROTOCOL}
 * @param sourcePorts TCP, UDP and SCTP source ports; for ICMP the types
 * @param destinationPorts destination ports; for ICMP the codes
 * @param origin what caused the rule
 * @param hint what to tell whoever wonders about a packet that the rule drops; may be empty
 */
public record AclRule(
        AclAction action,
        IpPrefix source,
        IpPrefix destination,
        int protocol,
        PortRange sourcePorts,
        PortRange destinationPorts,
        Origin origin,
        String hint) {
    /** Matches every protocol. */
    public static final int ANY_PROTOCOL = 0;

    /** Checks families and ranges and clears host bits. */
    public AclRule {
        if (source.isIpv4() != destination.isIpv4()) {
            throw new ConfigException("rule " + source + " -> " + destination + ": the address families differ");
        }
        if (protocol < 0 || protocol > 255) {
            throw new ConfigException("rule " + source + " -> " + destination + ": protocol " + protocol
                    + " is outside 0..255 (0 matches any)");
        }
        if (protocol == ANY_PROTOCOL && !(sourcePorts.isAny() && destinationPorts.isAny())) {
            throw new ConfigException(
                    "rule " + source + " -> " + destination + ": ports need a protocol; write tcp, udp, sctp or icmp");
        }
        source = source.network();
        destination = destination.network();
    }

    /** A rule for any protocol between two blocks. */
    public static AclRule any(AclAction action, IpPrefix source, IpPrefix destination) {
        return new AclRule(action, source, destination, ANY_PROTOCOL, PortRange.ANY, PortRange.ANY, Origin.NONE, "");
    }

    /** A rule for one protocol and destination ports. */
    public static AclRule toPorts(
            AclAction action, IpPrefix source, IpPrefix destination, int protocol, PortRange ports) {
        return new AclRule(action, source, destination, protocol, PortRange.ANY, ports, Origin.NONE, "");
    }

    /** This rule with another action. */
    public AclRule withAction(AclAction newAction) {
        return new AclRule(newAction, source, destination, protocol, sourcePorts, destinationPorts, origin, hint);
    }

    /** This rule with another origin. */
    public AclRule withOrigin(Origin newOrigin) {
        return new AclRule(action, source, destination, protocol, sourcePorts, destinationPorts, newOrigin, hint);
    }

    /** This rule with an origin in plain words. */
    public AclRule withOrigin(String newOrigin) {
        return withOrigin(Origin.of(newOrigin));
    }

    /** This rule with another hint. */
    public AclRule withHint(String newHint) {
        return new AclRule(action, source, destination, protocol, sourcePorts, destinationPorts, origin, newHint);
    }
}
