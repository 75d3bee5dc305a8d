// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.node;

import io.tapline.dataplane.config.PortRange;

/**
 * Ports of the node's address that are the switch's. They must not overlap, nor should the host use any of them.
 *
 * @param nodePorts for services ({@code --service-node-port-range} of the API server)
 * @param sourceNat for connections of pods to the outside; as many at a time to one remote address and port
 */
public record UplinkPorts(PortRange nodePorts, PortRange sourceNat) {
    /** Kubernetes' range for services; for pods, what Linux by default gives to nobody. */
    public static final UplinkPorts DEFAULT =
            new UplinkPorts(new PortRange(30_000, 32_767), new PortRange(61_000, 65_534));

    /** Checks that the ranges are apart. */
    public UplinkPorts {
        if (nodePorts.first() <= sourceNat.last() && sourceNat.first() <= nodePorts.last()) {
            throw new IllegalArgumentException("ports " + sourceNat + " for source NAT overlap node ports " + nodePorts
                    + "; answers to pods could not be told from connections to services");
        }
    }
}
