// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.control.simulation.Attempt;
import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.model.Intent;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who can reach whom among the pods of an intent, by the switches.
 *
 * @param pods names of the pods, in order
 * @param rows for each probe a row for each source: {@code .} allowed, {@code X} dropped, {@code -} not probed
 */
record Reachability(List<String> pods, Map<String, Map<String, String>> rows) {
    static Reachability of(Intent intent, List<Probe> probes) {
        List<Pod> pods = intent.pods().filter(Pod::isOnNetwork).toList();
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        try (OfflineCluster cluster = OfflineCluster.of(intent)) {
            for (Probe probe : probes) {
                Map<String, String> matrix = new LinkedHashMap<>();
                for (Pod source : pods) {
                    StringBuilder row = new StringBuilder();
                    pods.forEach(destination -> row.append(cell(cluster, source, destination, probe)));
                    matrix.put(source.ref().qualifiedName(), row.toString());
                }
                rows.put(probe.text(), matrix);
            }
        }
        return new Reachability(
                pods.stream().map(pod -> pod.ref().qualifiedName()).toList(), rows);
    }

    private static char cell(OfflineCluster cluster, Pod source, Pod destination, Probe probe) {
        return address(source, probe)
                .flatMap(from -> address(destination, probe)
                        .map(to -> cluster.attempt(new Connection(from, to, probe.protocol(), probe.port()))))
                .map(Attempt::isAllowed)
                .map(allowed -> allowed ? '.' : 'X')
                .orElse('-');
    }

    private static Optional<IpAddress> address(Pod pod, Probe probe) {
        return pod.addresses().stream()
                .filter(address -> address.isIpv4() != probe.ipv6())
                .findFirst();
    }

    /** The cell of a pair, or {@code -} when one of them is not there. */
    char cell(String probe, String source, String destination) {
        String row = rows.getOrDefault(probe, Map.of()).getOrDefault(source, "");
        int column = pods.indexOf(destination);
        return column < 0 || column >= row.length() ? '-' : row.charAt(column);
    }
}
