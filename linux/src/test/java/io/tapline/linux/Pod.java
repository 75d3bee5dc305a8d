// SPDX-License-Identifier: Apache-2.0
package io.tapline.linux;

import java.net.InetAddress;
import java.util.List;

/** Wires a namespace as a pod: a TAP as {@code eth0}, a /32 address, a virtual gateway that no device has. */
final class Pod {
    static final InetAddress GATEWAY = InetAddress.ofLiteral("10.1.1.1");
    static final HardwareAddress GATEWAY_MAC = HardwareAddress.parse("02:fe:00:00:00:01");
    static final HardwareAddress MAC = HardwareAddress.parse("00:00:00:00:00:02");
    static final InetPrefix ANYWHERE = InetPrefix.parse("0.0.0.0/0");

    private Pod() {}

    /** The requests that make the device {@code ifIndex} the pod's {@code eth0}, in one batch. */
    static List<Request> wiring(int ifIndex, InetAddress address) {
        return List.of(
                Request.changeLink(
                        ifIndex, LinkSettings.NONE.withMac(MAC).withMtu(1450).withUp(true)),
                Request.changeLink("lo", LinkSettings.NONE.withUp(true)),
                Request.add(Address.host(ifIndex, address)),
                Request.add(Route.link(InetPrefix.host(GATEWAY), ifIndex)),
                Request.add(Route.via(ANYWHERE, GATEWAY, ifIndex)),
                Request.add(Neighbour.permanent(ifIndex, GATEWAY, GATEWAY_MAC)));
    }

    /** Creates the TAP in {@code namespace} and wires it. */
    static Tap wire(NetworkNamespace namespace, String address) {
        Tap tap = Tap.create(namespace, TapOptions.named("eth0"));
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            rtnetlink.apply(wiring(tap.ifIndex(), InetAddress.ofLiteral(address)));
        }
        return tap;
    }
}
