// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.control.simulation.Attempt;
import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who can reach whom among the pods and services of an intent, by the switches.
 *
 * @param pods names of the pods, in order, and behind them of the nodes where policies hold on them
 * @param services names of the services with their ports, in order; empty when they were not asked about
 * @param rows for each probe a row for each source: {@code .} allowed, {@code X} dropped, {@code -} not probed; for
 *     {@value #SERVICES} with a column for each service, and {@code ~} where it depends on the pod behind it
 */
public record Reachability(List<String> pods, List<String> services, Map<String, Map<String, String>> rows) {
    /** Stands for each service's own port in the place of a probe. */
    static final String SERVICES = "services";

    static final char ALLOWED = '.';
    static final char DROPPED = 'X';
    static final char NOT_PROBED = '-';

    /** Who connects, and whom others connect to. */
    record Party(String name, boolean isNode, List<IpAddress> addresses) {
        static Party of(Pod pod) {
            return new Party(pod.ref().qualifiedName(), false, pod.addresses());
        }

        static Party of(Node node) {
            return new Party(Parties.NODE + node.name(), true, node.addresses());
        }
    }

    /** A port of a service. */
    private record Target(String label, IpAddress address, Protocol protocol, int port) {}

    /** All pods that are on the network, and nodes where policies hold on them, tried off-line. */
    static Reachability of(Intent intent, Optional<HostPolicies> hosts, List<Probe> probes, boolean withServices) {
        try (OfflineCluster cluster = OfflineCluster.of(intent, hosts)) {
            return of(cluster, parties(intent, hosts), probes, withServices ? targets(intent) : List.of());
        }
    }

    /** Pods that are on the network, and nodes where policies hold on them. */
    static List<Party> parties(Intent intent, Optional<HostPolicies> hosts) {
        Stream<Party> pods = intent.pods().filter(Pod::isOnNetwork).map(Party::of);
        Stream<Party> nodes = hosts.isPresent() ? intent.nodes().map(Party::of) : Stream.empty();
        return Stream.concat(pods, nodes).toList();
    }

    /** Some of the pods, tried off-line. */
    public static Reachability of(Intent intent, List<Pod> pods, List<Probe> probes) {
        try (OfflineCluster cluster = OfflineCluster.of(intent)) {
            return of(cluster, pods.stream().map(Party::of).toList(), probes, List.of());
        }
    }

    private static Reachability of(
            OfflineCluster cluster, List<Party> parties, List<Probe> probes, List<Target> services) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (Probe probe : probes) {
            Map<String, String> matrix = new LinkedHashMap<>();
            for (Party source : parties) {
                StringBuilder row = new StringBuilder();
                parties.forEach(destination -> row.append(cell(cluster, source, destination, probe)));
                matrix.put(source.name(), row.toString());
            }
            rows.put(probe.text(), matrix);
        }
        if (!services.isEmpty()) {
            Map<String, String> matrix = new LinkedHashMap<>();
            for (Party source : parties) {
                StringBuilder row = new StringBuilder();
                services.forEach(service -> row.append(cell(cluster, source, service)));
                matrix.put(source.name(), row.toString());
            }
            rows.put(SERVICES, matrix);
        }
        return new Reachability(
                parties.stream().map(Party::name).toList(),
                services.stream().map(Target::label).toList(),
                rows);
    }

    private static List<Target> targets(Intent intent) {
        return intent.services()
                .flatMap(service -> service.clusterIps().stream()
                        .filter(IpAddress::isIpv4)
                        .limit(1)
                        .flatMap(address -> service.ports().stream()
                                .map(port -> new Target(
                                        service.ref().qualifiedName() + " " + port.protocol() + "/" + port.port(),
                                        address,
                                        port.protocol(),
                                        port.port()))))
                .toList();
    }

    private static char cell(OfflineCluster cluster, Party source, Target service) {
        return source.addresses().stream()
                .filter(IpAddress::isIpv4)
                .findFirst()
                .map(from -> cluster.attemptBackends(
                        new Connection(from, service.address(), service.protocol(), service.port())))
                .map(attempts -> {
                    long allowed = attempts.stream().filter(Attempt::isAllowed).count();
                    return allowed == attempts.size() ? ALLOWED : allowed == 0 ? DROPPED : '~';
                })
                .orElse(NOT_PROBED);
    }

    private static char cell(OfflineCluster cluster, Party source, Party destination, Probe probe) {
        if (source.isNode() && destination.isNode()) {
            return NOT_PROBED;
        }
        return address(source, probe)
                .flatMap(from -> address(destination, probe)
                        .map(to -> cluster.allows(new Connection(from, to, probe.protocol(), probe.port()))))
                .map(allowed -> allowed ? ALLOWED : DROPPED)
                .orElse(NOT_PROBED);
    }

    /** The address by which a party takes part in a probe. */
    static Optional<IpAddress> address(Party party, Probe probe) {
        return party.addresses().stream()
                .filter(address -> address.isIpv4() != probe.ipv6())
                .findFirst();
    }

    /** What the columns of a probe stand for. */
    List<String> columns(String probe) {
        return probe.equals(SERVICES) ? services : pods;
    }

    /** The matrix as a table; the form in which {@code tapline matrix} prints it. */
    public void print(PrintWriter out) {
        out.println("rows: from, columns: to; . allowed, X dropped, - not probed");
        rows.forEach((probe, matrix) -> {
            out.println();
            out.println(probe);
            if (probe.equals(SERVICES)) {
                out.println("     columns: " + String.join(", ", services));
            }
            int number = 0;
            for (Map.Entry<String, String> row : matrix.entrySet()) {
                out.println("%4d %-40s %s".formatted(++number, row.getKey(), row.getValue()));
            }
        });
    }

    /** The matrix for a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("pods", pods);
        if (!services.isEmpty()) {
            document.put("services", services);
        }
        document.put("matrix", rows);
        return document;
    }

    /** The cell of a pair, or {@code -} when one of them is not there. */
    public char cell(String probe, String source, String destination) {
        String row = rows.getOrDefault(probe, Map.of()).getOrDefault(source, "");
        int column = columns(probe).indexOf(destination);
        return column < 0 || column >= row.length() ? NOT_PROBED : row.charAt(column);
    }
}
