// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.control.node.DeviceWiring;
import io.tapline.linux.Address;
import io.tapline.linux.HardwareAddress;
import io.tapline.linux.InetPrefix;
import io.tapline.linux.LinkSettings;
import io.tapline.linux.Neighbour;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Request;
import io.tapline.linux.Route;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Tap;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Gives a TAP in a namespace what the plan says of it. */
final class DeviceSetup {
    private DeviceSetup() {}

    static void apply(NetworkNamespace namespace, Tap tap, DeviceWiring wiring) {
        int device = tap.ifIndex();
        List<Request> requests = new ArrayList<>();
        requests.add(Request.changeLink("lo", LinkSettings.NONE.withUp(true)));
        requests.add(Request.changeLink(
                device,
                LinkSettings.NONE
                        .withMac(new HardwareAddress(wiring.mac()))
                        .withMtu(wiring.mtu())
                        .withUp(true)));
        wiring.addresses().forEach(prefix -> requests.add(Request.add(Address.of(device, inet(prefix)))));
        for (DeviceWiring.Route route : wiring.routes()) {
            InetPrefix destination = inet(route.destination());
            requests.add(Request.add(route.gateway()
                    .map(gateway -> Route.via(destination, inet(gateway), device))
                    .orElseGet(() -> Route.link(destination, device))));
        }
        for (DeviceWiring.Neighbor neighbor : wiring.neighbors()) {
            requests.add(Request.add(
                    Neighbour.permanent(device, inet(neighbor.address()), new HardwareAddress(neighbor.mac()))));
        }
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            rtnetlink.apply(requests);
        }
    }

    /** Adds an address unless it is there. */
    static void haveAddress(NetworkNamespace namespace, Tap tap, IpAddress address) {
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            InetAddress wanted = inet(address);
            if (rtnetlink.addresses().stream()
                    .noneMatch(present -> present.prefix().address().equals(wanted))) {
                rtnetlink.apply(Request.add(Address.of(tap.ifIndex(), inet(IpPrefix.host(address)))));
            }
        }
    }

    private static InetAddress inet(IpAddress address) {
        return InetAddress.ofLiteral(address.toString());
    }

    private static InetPrefix inet(IpPrefix prefix) {
        return InetPrefix.parse(prefix.toString());
    }
}
