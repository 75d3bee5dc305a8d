// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;

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
     * @param tables the table of each prefix; the longest one counts
     * @param fallback the table of everybody else
     */
    public record Tables(IpPrefix pods, Map<IpPrefix, Integer> tables, int fallback) {
        /** Copies the map. */
        public Tables {
            tables = Map.copyOf(tables);
        }

        /** A table for pods and one for everybody else. */
        public Tables(IpPrefix pods, int podTable, int mainTable) {
            this(pods, Map.of(pods, podTable), mainTable);
        }

        boolean isPod(IpAddress backend) {
            return pods.contains(backend);
        }

        int of(IpAddress backend) {
            int longest = -1;
            int table = fallback;
            for (Map.Entry<IpPrefix, Integer> entry : tables.entrySet()) {
                IpPrefix prefix = entry.getKey();
                if (prefix.length() > longest && prefix.contains(backend)) {
                    longest = prefix.length();
                    table = entry.getValue();
                }
            }
            return table;
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
