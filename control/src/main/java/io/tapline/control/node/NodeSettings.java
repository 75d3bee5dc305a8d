// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.control.ipam.NodeAddresses;
import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is fixed about a node.
 *
 * @param addresses its addresses
 * @param mtu of every interface, in bytes
 * @param tables its forwarding tables
 * @param hostDevice the host's name for its end of the link to the switch
 * @param hostAddresses further addresses of the host, to which the switch has routes
 * @param uplink the card shared with the host; empty when everything outside is the host's business
 * @param uplinkPorts which ports of the node are the switch's
 * @param natTimeouts when idle sessions of NAT44 end
 */
public record NodeSettings(
        NodeAddresses addresses,
        int mtu,
        Tables tables,
        String hostDevice,
        List<IpAddress> hostAddresses,
        Optional<Uplink> uplink,
        UplinkPorts uplinkPorts,
        NatTimeouts natTimeouts) {
    /** Contiv/VPP's name for the host's end. */
    public static final String HOST_DEVICE = "vpp1";

    /**
     * Numbers of the forwarding tables (VRFs).
     *
     * @param main of host and tunnels, and what leaves by the uplink ({@code mainVRFID})
     * @param pod of pods ({@code podVRFID}); with {@code main} the same, everything is in one table, as in Contiv/VPP's
     *     packet-flow guides
     * @param uplink of what comes in by the uplink
     */
    public record Tables(int main, int pod, int uplink) {
        /** 0, 1 and 2. */
        public static final Tables DEFAULT = new Tables(0, 1, 2);

        /** Everything in table 0, but what comes in by the uplink. */
        public static final Tables SINGLE = new Tables(0, 0, 2);

        /** Checks that the uplink has a table of its own. */
        public Tables {
            if (uplink == main || uplink == pod) {
                throw new IllegalArgumentException("table " + uplink
                        + " of the uplink must be another than those of host and pods: the node's address is the"
                        + " host's there, and nobody's here");
            }
        }
    }

    /** Copies the list. */
    public NodeSettings {
        hostAddresses = List.copyOf(hostAddresses);
    }

    /** Default tables, {@value #HOST_DEVICE}, no further addresses, no uplink, VPP's time-outs. */
    public static NodeSettings of(NodeAddresses addresses, int mtu) {
        return new NodeSettings(
                addresses,
                mtu,
                Tables.DEFAULT,
                HOST_DEVICE,
                List.of(),
                Optional.empty(),
                UplinkPorts.DEFAULT,
                NatTimeouts.DEFAULT);
    }

    /**
     * The tables in which answers from somewhere are looked up, by prefix; of the longest. What is in none of them
     * comes from the host.
     */
    public Map<IpPrefix, Integer> tablesByPrefix() {
        Map<IpPrefix, Integer> byPrefix = new HashMap<>();
        uplink.ifPresent(card -> card.routes()
                .forEach(route -> byPrefix.put(route.destination(), route.here() ? tables.uplink() : tables.main())));
        hostAddresses.forEach(address -> byPrefix.put(IpPrefix.host(address), tables.main()));
        byPrefix.put(addresses.plan().hosts(), tables.main());
        byPrefix.put(addresses.plan().pods(), tables.pod());
        return byPrefix;
    }

    /** These with other tables. */
    public NodeSettings withTables(Tables newTables) {
        return new NodeSettings(addresses, mtu, newTables, hostDevice, hostAddresses, uplink, uplinkPorts, natTimeouts);
    }

    /** These with other further addresses of the host. */
    public NodeSettings withHostAddresses(List<IpAddress> newAddresses) {
        return new NodeSettings(addresses, mtu, tables, hostDevice, newAddresses, uplink, uplinkPorts, natTimeouts);
    }

    /** These with another uplink, or none. */
    public NodeSettings withUplink(Optional<Uplink> newUplink) {
        return new NodeSettings(addresses, mtu, tables, hostDevice, hostAddresses, newUplink, uplinkPorts, natTimeouts);
    }
}
