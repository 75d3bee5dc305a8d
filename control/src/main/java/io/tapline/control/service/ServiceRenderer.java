// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.control.service.Backend.State;
import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.NatMapping.Audience;
import io.tapline.dataplane.config.NatMapping.WithoutBackends;
import io.tapline.model.EndpointSlice;
import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.model.Service.TrafficPolicy;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Turns one service, or one pod's host ports, into NAT mappings.
 *
 * <p>A service without any endpoint refuses connections at once. One that has endpoints but, under a traffic policy of
 * {@code Local}, none here, drops them, so that a load balancer turns to another node (as kube-proxy does).
 */
final class ServiceRenderer {
    private final ServiceScope scope;

    ServiceRenderer(ServiceScope scope) {
        this.scope = scope;
    }

    /** What a service comes to. Slices of other services must not be among {@code slices}. */
    PlannedService render(Service service, Collection<EndpointSlice> slices) {
        List<PlannedPort> ports = new ArrayList<>();
        int localReady = 0;
        if (service.type() != Service.Type.EXTERNAL_NAME) {
            for (ServicePort port : service.ports()) {
                BackendSelection selection = new BackendSelection(scope, service, port, slices);
                ports.add(renderPort(service, port, selection));
                localReady = Math.max(localReady, selection.localReady());
            }
        }
        int healthCheckPort =
                service.policy().externalLocal() ? service.policy().healthCheckNodePort() : 0;
        return new PlannedService(service.ref(), ports, healthCheckPort, localReady);
    }

    private PlannedPort renderPort(Service service, ServicePort port, BackendSelection selection) {
        TrafficPolicy policy = service.policy();
        List<Backend> cluster = selection.cluster();
        List<Backend> local = policy.internalLocal() || policy.externalLocal() ? selection.local() : List.of();
        boolean empty = selection.isWithoutEndpoints();
        String origin =
                "service " + service.ref().qualifiedName() + (port.name().isEmpty() ? "" : " port " + port.name());
        Template template = new Template(port, policy.affinitySeconds(), empty, origin);

        List<NatMapping> mappings = new ArrayList<>();
        List<Backend> internal = policy.internalLocal() ? local : cluster;
        for (IpAddress address : ipv4(service.clusterIps())) {
            Door door = new Door(address, port.port(), List.of());
            mappings.add(door.open(template, internal, policy.internalLocal(), Audience.ANY));
        }
        List<Door> doors = doors(service, port);
        for (Door door : doors) {
            if (policy.externalLocal()) {
                mappings.add(door.open(template, local, true, Audience.EXTERNAL));
                mappings.add(door.open(template, cluster, false, Audience.INTERNAL));
            } else {
                mappings.add(door.open(template, cluster, false, Audience.EXTERNAL));
                mappings.add(door.open(template, cluster, false, Audience.INTERNAL));
            }
        }
        return new PlannedPort(port.name(), port.protocol(), port.port(), internal, mappings);
    }

    /** A way in: an address, a port, and who may use them. */
    private record Door(IpAddress address, int port, List<IpPrefix> allowedSources) {
        NatMapping open(Template template, List<Backend> backends, boolean local, Audience audience) {
            return template.mapping(this, backends, local, audience);
        }
    }

    private List<Door> doors(Service service, ServicePort port) {
        List<Door> doors = new ArrayList<>();
        for (IpAddress address : ipv4(service.externalIps())) {
            doors.add(new Door(address, port.port(), List.of()));
        }
        for (IpAddress address : ipv4(service.loadBalancerIps())) {
            List<IpPrefix> ranges = service.policy().sourceRanges().stream()
                    .filter(IpPrefix::isIpv4)
                    .toList();
            doors.add(new Door(address, port.port(), ranges));
        }
        if (port.nodePort() != 0) {
            for (IpAddress address : ipv4(scope.nodePortAddresses())) {
                doors.add(new Door(address, port.nodePort(), List.of()));
            }
        }
        return doors;
    }

    /** What the mappings of one port have in common. */
    private final class Template {
        private final ServicePort port;
        private final int affinitySeconds;
        private final boolean empty;
        private final String origin;

        Template(ServicePort port, int affinitySeconds, boolean empty, String origin) {
            this.port = port;
            this.affinitySeconds = affinitySeconds;
            this.empty = empty;
            this.origin = origin;
        }

        NatMapping mapping(Door door, List<Backend> backends, boolean local, Audience audience) {
            List<NatBackend> natBackends = new ArrayList<>();
            for (Backend backend : backends) {
                if (backend.state() != State.UNUSED && backend.address().isIpv4()) {
                    natBackends.add(natBackend(backend, audience));
                }
            }
            // At once: the same by one property after the other makes and checks six mappings.
            return new NatMapping(
                    door.address(),
                    door.port(),
                    port.protocol().number(),
                    natBackends,
                    true,
                    NatMapping.TwiceNat.HAIRPIN,
                    affinitySeconds,
                    door.allowedSources(),
                    audience,
                    local && !empty ? WithoutBackends.DROP : WithoutBackends.REJECT,
                    origin);
        }

        /** The answers of any but a pod of this node come back through this switch only if the client is hidden. */
        private NatBackend natBackend(Backend backend, Audience audience) {
            boolean here = backend.local() && scope.tables().isPod(backend.address());
            return new NatBackend(
                    backend.address(),
                    backend.port(),
                    backend.local() ? scope.localWeight() : 1,
                    scope.tables().of(backend.address()),
                    backend.state() == State.DRAINING,
                    !here && audience == Audience.EXTERNAL,
                    backend.title());
        }
    }

    /** The mappings of a local pod's host ports; none for a pod that is not on this node's network. */
    List<NatMapping> hostPorts(Pod pod) {
        List<NatMapping> mappings = new ArrayList<>();
        if (!pod.isOnNetwork() || !pod.node().equals(scope.node())) {
            return mappings;
        }
        List<IpAddress> targets = ipv4(pod.addresses());
        for (ContainerPort port : pod.ports()) {
            if (port.hostPort() != 0 && !targets.isEmpty()) {
                NatBackend backend = NatBackend.of(targets.getFirst(), port.port())
                        .withTable(scope.tables().of(targets.getFirst()))
                        .withOrigin("pod " + pod.ref().qualifiedName());
                for (IpAddress address : hostAddresses(port)) {
                    mappings.add(NatMapping.of(
                                    address, port.hostPort(), port.protocol().number(), List.of(backend))
                            .withTwiceNat(NatMapping.TwiceNat.HAIRPIN)
                            .withOrigin("pod " + pod.ref().qualifiedName() + " hostPort " + port.hostPort()));
                }
            }
        }
        return mappings;
    }

    private List<IpAddress> hostAddresses(ContainerPort port) {
        List<IpAddress> all = ipv4(scope.nodePortAddresses());
        if (port.hostAddress().isEmpty() || port.hostAddress().equals("0.0.0.0")) {
            return all;
        }
        return all.stream()
                .filter(address -> address.toString().equals(port.hostAddress()))
                .toList();
    }

    private static List<IpAddress> ipv4(Collection<IpAddress> addresses) {
        List<IpAddress> result = new ArrayList<>(addresses.size());
        for (IpAddress address : addresses) {
            if (address.isIpv4()) {
                result.add(address);
            }
        }
        return result;
    }
}
