// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.wire.IpAddress;
import java.util.List;

/**
 * The node that services are planned for.
 *
 * @param node its name
 * @param zone its zone, to which topology hints refer; empty when unknown
 * @param nodePortAddresses the node's own addresses that node ports and host ports are served on
 * @param localWeight share of a backend on this node relative to one elsewhere, at least 1
 */
public record ServiceScope(String node, String zone, List<IpAddress> nodePortAddresses, int localWeight) {
    /** Checks the weight and copies the list. */
    public ServiceScope {
        if (localWeight < 1) {
            throw new IllegalArgumentException("weight of local endpoints: " + localWeight + " is less than 1");
        }
        nodePortAddresses = List.copyOf(nodePortAddresses);
    }
}
