// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;

/**
 * The node that services are planned for.
 *
 * @param node its name
 * @param zone its zone, to which topology hints refer; empty when unknown
 * @param nodePortAddresses the node's own addresses that node ports and host ports are served on
 * @param localWeight share of a backend on this node relative to one elsewhere, at least 1
 * @param tables where backends are
 */
public record ServiceScope(
        String node, String zone, List<IpAddress> nodePortAddresses, int localWeight, Tables tables) {
    /**
     * The forwarding tables that lead to backends: NAT has to know the one that a backend's answers will come from.
     *
     * @param pods addresses of pods
     * @param podTable the table that knows them
     * @param mainTable the table that knows everybody else
     */
    public record Tables(IpPrefix pods, int podTable, int mainTable) {
        int of(IpAddress backend) {
            return pods.contains(backend) ? podTable : mainTable;
        }
    }

    /** Checks the weight and copies the list. */
    public ServiceScope {
        if (localWeight < 1) {
            throw new IllegalArgumentException("weight of local endpoints: " + localWeight + " is less than 1");
        }
        nodePortAddresses = List.copyOf(nodePortAddresses);
    }
}
