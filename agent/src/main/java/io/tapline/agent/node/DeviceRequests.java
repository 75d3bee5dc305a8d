// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.DeviceWiring;
import io.tapline.linux.Address;
import io.tapline.linux.HardwareAddress;
import io.tapline.linux.InetPrefix;
import io.tapline.linux.LinkSettings;
import io.tapline.linux.Neighbour;
import io.tapline.linux.Request;
import io.tapline.linux.Route;
import java.util.ArrayList;
import java.util.List;

/** The wiring of a device as requests to the kernel. */
public final class DeviceRequests {
    private DeviceRequests() {}

    /**
     * What makes a new device what it should be, in an order in which each request can be carried out.
     *
     * @param index of the device, in the namespace that the requests are for
     */
    public static List<Request> of(int index, DeviceWiring wiring) {
        List<Request> requests = new ArrayList<>();
        requests.add(Request.changeLink(index, settings(wiring)));
        wiring.addresses().forEach(prefix -> requests.add(Request.add(Address.of(index, Inet.of(prefix)))));
        wiring.routes().forEach(route -> requests.add(Request.replace(route(index, route))));
        wiring.neighbors().forEach(neighbor -> requests.add(Request.replace(neighbour(index, neighbor))));
        return requests;
    }

    static LinkSettings settings(DeviceWiring wiring) {
        return LinkSettings.NONE
                .withMac(new HardwareAddress(wiring.mac()))
                .withMtu(wiring.mtu())
                .withUp(true);
    }

    static Route route(int index, DeviceWiring.Route route) {
        InetPrefix destination = Inet.of(route.destination());
        return route.gateway()
                .map(gateway -> Route.via(destination, Inet.of(gateway), index))
                .orElseGet(() -> Route.link(destination, index));
    }

    static Neighbour neighbour(int index, DeviceWiring.Neighbor neighbor) {
        return Neighbour.permanent(index, Inet.of(neighbor.address()), new HardwareAddress(neighbor.mac()));
    }
}
