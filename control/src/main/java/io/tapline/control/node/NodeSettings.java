// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.control.ipam.NodeAddresses;
import io.tapline.wire.IpAddress;
import java.util.List;

/**
 * What is fixed about a node.
 *
 * @param addresses its addresses
 * @param mtu of every interface, in bytes
 * @param mainTable the forwarding table (VRF) of host, uplink and tunnels ({@code mainVRFID})
 * @param podTable the forwarding table of pods ({@code podVRFID}); with {@code mainTable} the same, everything is in
 *     one table, as in Contiv/VPP's packet-flow guides
 * @param hostDevice the host's name for its end of the link to the switch
 * @param hostAddresses further addresses of the host, to which the switch has routes
 */
public record NodeSettings(
        NodeAddresses addresses,
        int mtu,
        int mainTable,
        int podTable,
        String hostDevice,
        List<IpAddress> hostAddresses) {
    /** Contiv/VPP's name for the host's end. */
    public static final String HOST_DEVICE = "vpp1";

    /** Copies the list. */
    public NodeSettings {
        hostAddresses = List.copyOf(hostAddresses);
    }

    /** Tables 0 and 1, {@value #HOST_DEVICE}, no further addresses. */
    public static NodeSettings of(NodeAddresses addresses, int mtu) {
        return new NodeSettings(addresses, mtu, 0, 1, HOST_DEVICE, List.of());
    }

    /** These with other further addresses of the host. */
    public NodeSettings withHostAddresses(List<IpAddress> newAddresses) {
        return new NodeSettings(addresses, mtu, mainTable, podTable, hostDevice, newAddresses);
    }
}
