// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.node.DeviceWiring;
import io.tapline.linux.Address;
import io.tapline.linux.Errno;
import io.tapline.linux.HardwareAddress;
import io.tapline.linux.Link;
import io.tapline.linux.LinkSettings;
import io.tapline.linux.LinuxException;
import io.tapline.linux.Neighbour;
import io.tapline.linux.NeighbourState;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Request;
import io.tapline.linux.Route;
import io.tapline.linux.Rtnetlink;
import io.tapline.linux.Tap;
import io.tapline.linux.TapOptions;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's side of an attachment: a persistent TAP with its addresses, routes and neighbours. Persistent, because a
 * pod's interface must outlive the agent.
 */
final class Devices {
    private static final String TAP_KIND = "tun";

    private Devices() {}

    /** What should be and is not, with what puts it right. */
    record Difference(String text, Request repair) {}

    /** An open TAP and what was wrong with its wiring when it was opened. */
    record Opened(Tap tap, List<String> repaired) {}

    /**
     * Makes a device and wires it; a leftover of our own with this hardware address is replaced. Nothing is left when
     * it fails.
     */
    static Tap create(NetworkNamespace namespace, DeviceWiring wiring) {
        return namespace.call(() -> {
            try (Rtnetlink rtnetlink = Rtnetlink.open()) {
                return createHere(rtnetlink, wiring);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EBUSY) {
                    throw e;
                }
                return createAnew(wiring);
            }
        });
    }

    /** The name is taken: by a leftover of ours, or by somebody else. */
    private static Tap createAnew(DeviceWiring wiring) {
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            removeOwn(rtnetlink, wiring.device(), wiring.mac());
            return createHere(rtnetlink, wiring);
        }
    }

    private static Tap createHere(Rtnetlink rtnetlink, DeviceWiring wiring) {
        Tap tap = Tap.create(TapOptions.named(wiring.device()).withPersistence());
        boolean wired = false;
        try {
            rtnetlink.apply(DeviceRequests.of(tap.ifIndex(), wiring));
            wired = true;
            return tap;
        } finally {
            if (!wired) {
                destroy(tap);
            }
        }
    }

    /** Opens the device that an earlier agent made, and repairs its wiring; makes it anew if it is gone. */
    static Opened open(NetworkNamespace namespace, DeviceWiring wiring) {
        return namespace.call(() -> {
            try (Rtnetlink rtnetlink = Rtnetlink.open()) {
                Optional<Link> link = rtnetlink.link(wiring.device());
                if (link.isEmpty()) {
                    return new Opened(
                            createHere(rtnetlink, wiring), List.of("device " + wiring.device() + " was missing"));
                }
                Tap tap = Tap.attach(TapOptions.named(wiring.device()).withPersistence());
                return new Opened(tap, repair(rtnetlink, wiring));
            }
        });
    }

    /** Puts right what differs; says what that was. */
    static List<String> repair(Rtnetlink rtnetlink, DeviceWiring wiring) {
        List<Difference> differences = compare(rtnetlink, wiring);
        rtnetlink.apply(differences.stream().map(Difference::repair).toList());
        return differences.stream().map(Difference::text).toList();
    }

    /**
     * Compares what should be with what is. What others added is left alone.
     *
     * @throws NodeException if the device itself is missing
     */
    static List<Difference> compare(Rtnetlink rtnetlink, DeviceWiring wiring) {
        String device = wiring.device();
        Link link = rtnetlink
                .link(device)
                .orElseThrow(() -> new NodeException(
                        NodeException.Kind.DIFFERENT, "device " + device + " is missing in " + rtnetlink));
        List<Difference> differences = new ArrayList<>();
        LinkSettings settings = DeviceRequests.settings(wiring);
        HardwareAddress mac = new HardwareAddress(wiring.mac());
        if (!link.mac().equals(Optional.of(mac))) {
            String is = link.mac().map(HardwareAddress::toString).orElse("none");
            differences.add(new Difference(
                    "device " + device + " has hardware address " + is + ", not " + mac,
                    Request.changeLink(link.index(), settings)));
        }
        if (link.mtu() != wiring.mtu()) {
            differences.add(new Difference(
                    "device " + device + " has mtu " + link.mtu() + ", not " + wiring.mtu(),
                    Request.changeLink(link.index(), settings)));
        }
        if (!link.isUp()) {
            differences.add(
                    new Difference("device " + device + " is down", Request.changeLink(link.index(), settings)));
        }
        compareTables(rtnetlink, wiring, link.index(), differences);
        return differences;
    }

    private static void compareTables(
            Rtnetlink rtnetlink, DeviceWiring wiring, int index, List<Difference> differences) {
        List<Address> addresses = rtnetlink.addresses();
        for (IpPrefix prefix : wiring.addresses()) {
            Address wanted = Address.of(index, Inet.of(prefix));
            boolean there = addresses.stream()
                    .anyMatch(is -> is.ifIndex() == index && is.prefix().equals(wanted.prefix()));
            add(differences, there, "address " + prefix, wiring, Request.replace(wanted));
        }
        List<Route> routes = rtnetlink.routes();
        for (DeviceWiring.Route route : wiring.routes()) {
            Route wanted = DeviceRequests.route(index, route);
            boolean there = routes.stream()
                    .anyMatch(is -> is.table() == Route.TABLE_MAIN
                            && is.ifIndex() == index
                            && is.destination().equals(wanted.destination())
                            && is.gateway().equals(wanted.gateway()));
            add(differences, there, "route to " + route.destination(), wiring, Request.replace(wanted));
        }
        List<Neighbour> neighbours = wiring.neighbors().isEmpty() ? List.of() : rtnetlink.neighbours();
        for (DeviceWiring.Neighbor neighbor : wiring.neighbors()) {
            Neighbour wanted = DeviceRequests.neighbour(index, neighbor);
            boolean there = neighbours.stream()
                    .anyMatch(is -> is.ifIndex() == index
                            && is.address().equals(wanted.address())
                            && is.mac().equals(wanted.mac())
                            && is.state() == NeighbourState.PERMANENT);
            add(differences, there, "neighbour " + neighbor.address(), wiring, Request.replace(wanted));
        }
    }

    private static void add(
            List<Difference> differences, boolean there, String what, DeviceWiring wiring, Request repair) {
        if (!there) {
            differences.add(new Difference(what + " is missing on device " + wiring.device(), repair));
        }
    }

    /** Destroys an open device. */
    static void destroy(Tap tap) {
        try {
            tap.setPersistent(false);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EBADFD) {
                throw e;
            }
        } finally {
            tap.close();
        }
    }

    /** Removes our device from a namespace; no effect if there is none, or another's of the same name. */
    static void remove(NetworkNamespace namespace, String device, long mac) {
        try (Rtnetlink rtnetlink = Rtnetlink.open(namespace)) {
            removeOwn(rtnetlink, device, mac);
        }
    }

    private static void removeOwn(Rtnetlink rtnetlink, String device, long mac) {
        Optional<Link> link = rtnetlink.link(device);
        if (link.isPresent() && isOwn(link.get(), mac)) {
            rtnetlink.apply(Request.deleteLink(link.get().index()));
        }
    }

    private static boolean isOwn(Link link, long mac) {
        return link.kind().equals(Optional.of(TAP_KIND)) && link.mac().equals(Optional.of(new HardwareAddress(mac)));
    }
}
