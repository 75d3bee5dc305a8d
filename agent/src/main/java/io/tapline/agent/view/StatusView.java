// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.agent.view.Check.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The node at a glance.
 *
 * @param node name of the Node object
 * @param version of the agent
 * @param started when the agent started
 * @param pid its process
 * @param state the worst of the checks
 * @param pods how many pods there are, and how
 * @param traffic what the switch has done since the agent started
 * @param tables how full the switch's tables are
 * @param policies how many policies and services are in force
 * @param manifests where they come from; empty without manifests
 * @param lastResync when everything was last compared with what should be
 * @param checks what was looked at
 */
public record StatusView(
        String node,
        String version,
        Instant started,
        long pid,
        State state,
        Pods pods,
        Switch traffic,
        List<Table> tables,
        Policies policies,
        Optional<ManifestState> manifests,
        Optional<EventRow> lastResync,
        List<Check> checks) {
    /** Copies the lists. */
    public StatusView {
        tables = List.copyOf(tables);
        checks = List.copyOf(checks);
    }

    /**
     * Pods of the node.
     *
     * @param attached all of them
     * @param lost those that are out of reach
     * @param subnet their addresses
     * @param free addresses that are free
     */
    public record Pods(int attached, int lost, String subnet, int free) {}

    /**
     * The switch.
     *
     * @param generation number of the configuration in force
     * @param interfaces how many it has
     * @param received frames so far
     * @param sent frames so far
     * @param dropped frames so far
     */
    public record Switch(long generation, int interfaces, long received, long sent, long dropped) {}

    /**
     * A table of the switch.
     *
     * @param name what it holds
     * @param used records in it
     * @param capacity most records
     */
    public record Table(String name, int used, int capacity) {}

    /**
     * What is declared.
     *
     * @param networkPolicies in force
     * @param clusterPolicies in force
     * @param isolatedPods pods of this node that a network policy isolates
     * @param services in force
     */
    public record Policies(int networkPolicies, int clusterPolicies, int isolatedPods, int services) {}
}
