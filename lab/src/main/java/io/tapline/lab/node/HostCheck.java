// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.node;

import io.tapline.cli.UserError;
import io.tapline.control.ipam.NodeAddresses;
import io.tapline.linux.Address;
import io.tapline.linux.Route;
import io.tapline.linux.Rtnetlink;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks at the machine before anything is changed, so that a node is built wholly or not at all. */
public final class HostCheck {
    private static final Path TUN = Path.of("/dev/net/tun");

    private HostCheck() {}

    /**
     * Makes sure that this process may make namespaces and TAPs.
     *
     * @param what who needs that, for the message
     */
    public static void requirePrivileges(String what) {
        if (!Files.exists(TUN)) {
            throw UserError.failure(what + " needs " + TUN
                    + ", which is missing; load the module tun, or map the device" + " into the container");
        }
        if (!Files.isWritable(TUN) || !Files.isWritable(Path.of("/run"))) {
            throw UserError.failure(what + " needs root to make network namespaces and TAPs; run it with sudo");
        }
    }

    /**
     * Makes sure that the host uses none of the node's addresses for something else.
     *
     * @param device the interface that the host is to get
     */
    public static void requireFreeAddresses(String device) {
        NodeAddresses addresses = LabNode.ADDRESSES;
        List<IpPrefix> wanted = List.of(
                addresses.plan().pods(),
                addresses.plan().services(),
                addresses.host().network());
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            if (rtnetlink.link(device).isPresent()) {
                throw UserError.failure(
                        "this machine already has an interface " + device + "; remove it, or use --isolated");
            }
            for (Address address : rtnetlink.addresses()) {
                refuse(wanted, address.prefix().address(), address.prefix().length(), "address " + address.prefix());
            }
            for (Route route : rtnetlink.routes()) {
                refuse(
                        wanted,
                        route.destination().address(),
                        route.destination().length(),
                        route.toString());
            }
        }
    }

    private static void refuse(List<IpPrefix> wanted, InetAddress address, int length, String object) {
        if (length == 0) {
            return;
        }
        IpPrefix used = new IpPrefix(IpAddress.parse(address.getHostAddress().split("%", 2)[0]), length);
        for (IpPrefix prefix : wanted) {
            boolean overlaps = prefix.contains(used.address()) || used.contains(prefix.address());
            if (overlaps && used.isIpv4()) {
                throw UserError.failure("this machine's " + object + " overlaps " + prefix
                        + ", which the node needs; use --isolated to leave this machine's network alone");
            }
        }
    }
}
