// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.Kind;
import io.tapline.model.Namespace;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Service;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Completes manifests that were written by hand: pods get a node and an address as a scheduler and an address plan
 * would give them and run, services an address, and namespaces that are only mentioned come into being. What is written
 * stays as it is.
 */
final class Placement {
    private static final String NODE = "node-1";
    private static final int FIRST_ADDRESS = IpAddress.parseIpv4("10.244.0.2");
    private static final int FIRST_SERVICE = IpAddress.parseIpv4("10.96.0.1");
    private static final int FIRST_HOST = IpAddress.parseIpv4("192.168.16.1");

    private Placement() {}

    /** Addresses that nobody has, counting up. */
    private static final class Unused {
        private final Set<IpAddress> taken = new HashSet<>();
        private int next;

        Unused(int first) {
            next = first;
        }

        void without(List<IpAddress> addresses) {
            taken.addAll(addresses);
        }

        IpAddress next() {
            while (!taken.add(IpAddress.ofIpv4(next))) {
                next++;
            }
            return IpAddress.ofIpv4(next);
        }
    }

    /** The same, and where policies hold on hosts, addresses for nodes and for pods in their host networks. */
    static Intent complete(Intent intent, Optional<HostPolicies> hosts) {
        Intent complete = complete(intent);
        return hosts.isPresent() ? hostPods(nodes(complete)) : complete;
    }

    private static Intent nodes(Intent intent) {
        Map<String, Node> nodes = new TreeMap<>();
        intent.pods().forEach(pod -> nodes.put(pod.node(), new Node(pod.node(), Map.of(), List.of(), List.of())));
        intent.nodes().forEach(node -> nodes.put(node.name(), node));
        Unused unused = new Unused(FIRST_HOST);
        intent.pods().forEach(pod -> unused.without(pod.addresses()));
        nodes.values().forEach(node -> unused.without(node.addresses()));
        Intent complete = intent;
        for (Node node : nodes.values()) {
            List<IpAddress> addresses = new ArrayList<>(node.addresses());
            if (addresses.stream().noneMatch(IpAddress::isIpv4)) {
                addresses.addFirst(unused.next());
            }
            Node placed = new Node(node.name(), node.labels(), addresses, node.podCidrs());
            complete = complete.with(new IntentChange.Put(placed));
        }
        return complete;
    }

    private static Intent hostPods(Intent intent) {
        Map<String, List<IpAddress>> nodes = intent.nodes().collect(Collectors.toMap(Node::name, Node::addresses));
        Intent complete = intent;
        for (Pod pod : intent.pods().toList()) {
            if (pod.hostNetwork() && pod.addresses().isEmpty()) {
                List<IpAddress> addresses = nodes.getOrDefault(pod.node(), List.of());
                complete = complete.with(new IntentChange.Put(placed(pod, pod.node(), addresses)));
            }
        }
        return complete;
    }

    static Intent complete(Intent intent) {
        Unused unused = new Unused(FIRST_ADDRESS);
        intent.pods().forEach(pod -> unused.without(pod.addresses()));
        String node = intent.nodes().map(first -> first.name()).findFirst().orElse(NODE);
        Intent complete = intent;
        for (Pod pod : intent.pods().toList()) {
            List<IpAddress> addresses = pod.addresses();
            if (addresses.isEmpty() && !pod.hostNetwork() && !pod.isFinished()) {
                addresses = List.of(unused.next());
            }
            complete = complete.with(
                    new IntentChange.Put(placed(pod, pod.node().isEmpty() ? node : pod.node(), addresses)));
            if (intent.find(new ObjectRef(Kind.NAMESPACE, "", pod.namespace())).isEmpty()) {
                complete = complete.with(new IntentChange.Put(new Namespace(pod.namespace(), Map.of(), Map.of())));
            }
        }
        return serviceAddresses(complete);
    }

    /** What an API server allocates. */
    private static Intent serviceAddresses(Intent intent) {
        Unused unused = new Unused(FIRST_SERVICE);
        intent.services().forEach(service -> unused.without(service.clusterIps()));
        Intent complete = intent;
        for (Service service : intent.services().toList()) {
            boolean virtual = service.type() != Service.Type.HEADLESS && service.type() != Service.Type.EXTERNAL_NAME;
            if (virtual && service.clusterIps().isEmpty()) {
                complete = complete.with(new IntentChange.Put(service.withClusterIps(List.of(unused.next()))));
            }
        }
        return complete;
    }

    private static Pod placed(Pod pod, String node, List<IpAddress> addresses) {
        return new Pod(
                pod.namespace(),
                pod.name(),
                pod.labels(),
                pod.annotations(),
                node,
                addresses,
                pod.hostNetwork(),
                pod.ports(),
                pod.isFinished() ? pod.phase() : Pod.Phase.RUNNING);
    }
}
