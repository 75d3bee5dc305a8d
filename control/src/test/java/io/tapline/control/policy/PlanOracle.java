// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.ReferenceEvaluator;
import io.tapline.model.ReferenceEvaluator.Endpoint;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares rendered lists, as the switch compiles them, with the reference evaluator, for every pair of endpoints. */
final class PlanOracle {
    static final List<IpAddress> NAT_LOOPBACKS = List.of(IpAddress.parse("10.1.1.254"), IpAddress.parse("fd00:1::fe"));

    private static final List<IpAddress> ADDRESSES = java.util.stream.Stream.of(
                    "192.168.16.1",
                    "192.168.16.2",
                    "203.0.113.7",
                    "8.8.8.8",
                    "10.1.1.5",
                    "fd00:16::1",
                    "fd00:16::2",
                    "2001:db8::1",
                    "fd00:1::6")
            .map(IpAddress::parse)
            .toList();
    private static final int ICMP = 1;

    private final Intent intent;
    private final ReferenceEvaluator reference;
    private final Map<String, Tables> nodes = new HashMap<>();

    PlanOracle(Intent intent, Optional<HostPolicies> hosts) {
        this.intent = intent;
        reference = new ReferenceEvaluator(intent, hosts);
    }

    static PolicySettings settings(String node) {
        return settings(node, Optional.empty());
    }

    static PolicySettings settings(String node, Optional<HostPolicies> hosts) {
        return PolicySettings.of(node).withNatLoopbacks(NAT_LOOPBACKS).withHosts(hosts);
    }

    /** The lists of a node, compiled. */
    private static final class Tables {
        private final PolicyPlan plan;
        private final AclNumbers numbers = new AclNumbers(0);
        private final Map<Integer, AclConfig> configs = new HashMap<>();
        private final Map<List<ListKey>, CompiledAcl> compiled = new HashMap<>();

        Tables(PolicyPlan plan) {
            this.plan = plan;
            numbers.number(plan).forEach(config -> configs.put(config.index(), config));
        }

        boolean permits(Endpoint end, boolean sender, Packet packet) {
            Attachment attachment = end.pod()
                    .map(p -> plan.pods().getOrDefault(p.ref(), Attachment.NONE))
                    .orElse(plan.host());
            List<ListKey> keys = sender ? attachment.sender() : attachment.output();
            if (keys.isEmpty()) {
                return true;
            }
            CompiledAcl acl = compiled.computeIfAbsent(
                    keys,
                    k -> new CompiledAcl(
                            numbers.of(k).stream().map(configs::get).toList()));
            int match = packet.match(acl);
            return match != CompiledAcl.NO_MATCH && acl.action(match) == AclAction.PERMIT_REFLECT.ordinal();
        }
    }

    private record Packet(IpAddress source, IpAddress destination, int protocol, int port) {
        int match(CompiledAcl acl) {
            boolean ported = protocol != ICMP;
            return source.isIpv4()
                    ? acl.matchIp4(source.ipv4(), destination.ipv4(), protocol, port, ported)
                    : acl.matchIp6(source, destination, protocol, port, ported);
        }
    }

    /** Asks everything of plans made by {@code planner}; returns how many verdicts were compared. */
    long check(String what, java.util.function.Function<String, PolicyPlan> planner) {
        RandomWorld.NODES.forEach(node -> nodes.put(node, new Tables(planner.apply(node))));
        List<Endpoint> endpoints = endpoints();
        long compared = 0;
        for (Endpoint source : endpoints) {
            for (Endpoint destination : endpoints) {
                if (source.address().isIpv4() == destination.address().isIpv4()) {
                    compared += check(what, source, destination);
                }
            }
        }
        return compared;
    }

    private long check(String what, Endpoint source, Endpoint destination) {
        long compared = 0;
        for (int protocol : new int[] {6, 17, 132, ICMP}) {
            for (int port : protocol == ICMP ? List.of(0) : RandomWorld.PORTS) {
                boolean expected = reference.allows(source, destination, protocol, port);
                if (permits(source, destination, protocol, port) != expected) {
                    assertThat(!expected)
                            .as(
                                    "%s: %s -> %s protocol %d port %d in %s",
                                    what, source, destination, protocol, port, intent.objects())
                            .isEqualTo(expected);
                }
                compared++;
            }
        }
        return compared;
    }

    private boolean permits(Endpoint source, Endpoint destination, int protocol, int port) {
        if (source.address().equals(destination.address()) && !isOne(source, destination)) {
            // Two claim the address: no packet goes between them.
            return true;
        }
        // A pod or node meets itself only through a service, and then comes from the NAT loopback address.
        IpAddress from =
                isOne(source, destination) ? NAT_LOOPBACKS.get(source.address().isIpv4() ? 0 : 1) : source.address();
        Packet packet = new Packet(from, destination.address(), protocol, port);
        return tables(source)
                        .map(tables -> tables.permits(source, true, packet))
                        .orElse(true)
                && tables(destination)
                        .map(tables -> tables.permits(destination, false, packet))
                        .orElse(true);
    }

    private Optional<Tables> tables(Endpoint end) {
        return end.pod().map(Pod::node).or(end::node).map(nodes::get);
    }

    private static boolean isOne(Endpoint a, Endpoint b) {
        Optional<ObjectRef> pod = a.pod().map(Pod::ref);
        return (pod.isPresent() && pod.equals(b.pod().map(Pod::ref)))
                || (a.node().isPresent() && a.node().equals(b.node()));
    }

    /** Every address of every node and of every pod on the network that is bound to one, and others. */
    private List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        intent.pods()
                .filter(pod -> pod.isOnNetwork() && !pod.node().isEmpty())
                .forEach(pod -> pod.addresses().forEach(address -> endpoints.add(Endpoint.of(pod, address))));
        intent.nodes()
                .forEach(node -> node.addresses().forEach(address -> endpoints.add(Endpoint.of(node.name(), address))));
        ADDRESSES.forEach(address -> endpoints.add(Endpoint.of(address)));
        return endpoints;
    }
}
