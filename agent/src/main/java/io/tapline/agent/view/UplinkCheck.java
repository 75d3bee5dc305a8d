// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.agent.node.NodeOptions;
import io.tapline.control.node.UplinkPorts;
import io.tapline.dataplane.config.PortRange;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Sysctl;
import java.util.BitSet;

/**
 * Whether the host's own connections keep away from the ports of the uplink that are the switch's: the answers to one
 * that has such a port would go to the switch.
 */
final class UplinkCheck {
    private static final String NAME = "uplink";

    private UplinkCheck() {}

    /** Looks at the host's settings; {@code device} is its name for the card. */
    static Check of(NodeOptions options, String device) {
        try (NetworkNamespace host =
                options.hostNamespace().map(NetworkNamespace::open).orElseGet(NetworkNamespace::current)) {
            String range = Sysctl.read(host, "ipv4/ip_local_port_range");
            String reserved = Sysctl.read(host, "ipv4/ip_local_reserved_ports");
            return of(options.settings().uplinkPorts(), device, range, reserved);
        } catch (LinuxException e) {
            return Check.warning(NAME, "whether host and switch have ports of their own is unknown: " + e.getMessage());
        }
    }

    /**
     * The verdict.
     *
     * @param range what {@code net.ipv4.ip_local_port_range} says, such as {@code 32768 60999}
     * @param reserved what {@code net.ipv4.ip_local_reserved_ports} says, such as {@code 8080,9000-9010}
     */
    static Check of(UplinkPorts ports, String device, String range, String reserved) {
        String[] ends = range.split("\\s+", -1);
        BitSet own = new BitSet();
        own.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
        own.andNot(ports(reserved));
        String problem = overlap(own, "uplink.sourceNatPorts", ports.sourceNat());
        problem = problem.isEmpty() ? overlap(own, "uplink.nodePorts", ports.nodePorts()) : problem;
        return problem.isEmpty()
                ? Check.ok(NAME, device + " is shared with the host, whose own connections have other ports")
                : Check.warning(
                        NAME, problem + " (net.ipv4.ip_local_port_range is " + ends[0] + " to " + ends[1] + ")");
    }

    private static BitSet ports(String list) {
        BitSet ports = new BitSet();
        for (String part : list.split(",", -1)) {
            if (!part.isBlank()) {
                String[] ends = part.strip().split("-", -1);
                ports.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return ports;
    }

    private static String overlap(BitSet own, String knob, PortRange range) {
        BitSet both = new BitSet();
        both.set(range.first(), range.last() + 1);
        both.and(own);
        if (both.isEmpty()) {
            return "";
        }
        return "the host may take " + both.cardinality() + " ports of " + knob + " " + range.first() + "-"
                + range.last() + ", such as " + both.nextSetBit(0) + ", for connections of its own, whose answers the"
                + " switch would get; move " + knob + ", or 'sysctl net.ipv4.ip_local_reserved_ports=" + range.first()
                + "-" + range.last() + "'";
    }
}
