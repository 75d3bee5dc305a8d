// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.Intent;
import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds peers by looking at every pod of the namespaces in question; each scope once. */
final class PeerScan implements Peers {
    private final Map<String, Namespace> namespaces = new HashMap<>();
    private final Map<String, List<Pod>> podsByNamespace = new HashMap<>();
    private final Map<IpAddress, Integer> claims = new HashMap<>();
    private final List<Node> nodes;
    private final Map<PodScope, List<Pod>> found = new HashMap<>();
    private final Map<PodScope, List<IpPrefix>> blocks = new HashMap<>();

    PeerScan(Intent intent) {
        intent.namespaces().forEach(namespace -> namespaces.put(namespace.name(), namespace));
        nodes = intent.nodes().toList();
        intent.pods().filter(Pod::isOnNetwork).forEach(pod -> {
            podsByNamespace
                    .computeIfAbsent(pod.namespace(), key -> new ArrayList<>())
                    .add(pod);
            Set.copyOf(pod.addresses()).forEach(address -> claims.merge(address, 1, Integer::sum));
        });
    }

    @Override
    public List<IpPrefix> blocks(PodScope scope, boolean denies) {
        if (denies) {
            return Prefixes.cover(addresses(pods(scope), true));
        }
        return blocks.computeIfAbsent(scope, key -> Prefixes.cover(addresses(pods(key), false)));
    }

    @Override
    public SortedMap<Integer, List<IpPrefix>> blocksByPort(
            PodScope scope, String name, Protocol protocol, boolean denies) {
        SortedMap<Integer, Set<Pod>> byPort = new TreeMap<>();
        for (Pod pod : pods(scope)) {
            for (int number : pod.portNumbers(name, protocol)) {
                byPort.computeIfAbsent(number, key -> new HashSet<>()).add(pod);
            }
        }
        SortedMap<Integer, List<IpPrefix>> result = new TreeMap<>();
        byPort.forEach((number, pods) -> result.put(number, Prefixes.cover(addresses(pods, denies))));
        return result;
    }

    @Override
    public List<IpPrefix> nodes(LabelSelector selector) {
        SortedSet<IpAddress> addresses = new TreeSet<>();
        nodes.stream()
                .filter(node -> selector.matches(node.labels()))
                .forEach(node -> addresses.addAll(node.addresses()));
        return addresses.stream().map(IpPrefix::host).toList();
    }

    boolean selects(LabelSelector selector, String namespace) {
        Namespace declared = namespaces.get(namespace);
        return declared != null && selector.matches(declared.labels());
    }

    boolean rejects(String namespace) {
        Namespace declared = namespaces.get(namespace);
        return declared != null && PolicyAnnotations.rejects(declared);
    }

    private SortedSet<IpAddress> addresses(Iterable<Pod> pods, boolean denies) {
        SortedSet<IpAddress> addresses = new TreeSet<>();
        for (Pod pod : pods) {
            for (IpAddress address : pod.addresses()) {
                if (denies || claims.getOrDefault(address, 0) == 1) {
                    addresses.add(address);
                }
            }
        }
        return addresses;
    }

    private List<Pod> pods(PodScope scope) {
        return found.computeIfAbsent(scope, this::scan);
    }

    private List<Pod> scan(PodScope scope) {
        List<Pod> result = new ArrayList<>();
        podsByNamespace.forEach((namespace, pods) -> {
            boolean inScope = scope.namespace().map(namespace::equals).orElse(true)
                    && scope.namespaces()
                            .map(selector -> selects(selector, namespace))
                            .orElse(true);
            if (inScope) {
                pods.stream().filter(pod -> scope.pods().matches(pod.labels())).forEach(result::add);
            }
        });
        return result;
    }
}
