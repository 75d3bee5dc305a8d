// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.graph.FeatureArcs;
import io.tapline.dataplane.table.Adjacencies;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.dataplane.table.Ip4Trie;
import io.tapline.dataplane.table.LoadBalances;
import io.tapline.dataplane.table.NatTable;
import io.tapline.wire.IpAddress;
import java.util.Map;

/**
 * A configuration, compiled: every table that a packet is judged by, published as a whole. Immutable.
 *
 * @param number counts up from 1; 0 is the empty switch before its first configuration
 * @param config what it was compiled from
 * @param interfaces by index
 * @param arcs which features stand on which interface
 * @param tries forwarding tables by number; a table without routes is an empty trie
 * @param adjacencies ways out
 * @param loadBalances sets of ways out
 * @param acls access lists per interface and direction
 * @param aclNext for traces: VPP's arc-local next index of the access list nodes, by interface * 2 + direction
 * @param nat NAT44's mappings
 * @param names who is who
 */
public record Generation(
        long number,
        SwitchConfig config,
        Interfaces interfaces,
        FeatureArcs arcs,
        Ip4Trie[] tries,
        Adjacencies adjacencies,
        LoadBalances loadBalances,
        InterfaceAcls acls,
        int[] aclNext,
        NatTable nat,
        Map<IpAddress, String> names) {}
