// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.linux.InetPrefix;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.net.InetAddress;

/** Addresses as the kernel's tables and as the switch's have them. */
final class Inet {
    private Inet() {}

    static InetAddress of(IpAddress address) {
        return InetAddress.ofLiteral(address.toString());
    }

    static InetPrefix of(IpPrefix prefix) {
        return InetPrefix.parse(prefix.toString());
    }

    static IpAddress of(InetAddress address) {
        return IpAddress.parse(address.getHostAddress());
    }

    static IpPrefix of(InetPrefix prefix) {
        return new IpPrefix(of(prefix.address()), prefix.length());
    }
}
