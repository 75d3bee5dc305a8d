// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.model.Service.TrafficPolicy;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;

/** Objects for the tests: a cluster of nodes n1 (this one, in zone a) and n2. */
final class Cluster {
    static final ServiceScope.Tables TABLES = new ServiceScope.Tables(IpPrefix.parse("10.1.0.0/16"), 1, 0);
    static final ServiceScope SCOPE = new ServiceScope("n1", "a", List.of(ip("192.168.16.1")), 2, TABLES);

    private Cluster() {}

    static IpAddress ip(String text) {
        return IpAddress.parse(text);
    }

    static Service service(String name, Service.Type type, TrafficPolicy policy, ServicePort... ports) {
        return new Service(
                "shop",
                name,
                Map.of(),
                type,
                List.of(ip("10.96.0.10")),
                List.of(),
                List.of(),
                Map.of("app", name),
                List.of(ports),
                policy);
    }

    static Service clusterIp(TrafficPolicy policy) {
        return service("web", Service.Type.CLUSTER_IP, policy, http());
    }

    static Service nodePort(TrafficPolicy policy) {
        return service("web", Service.Type.NODE_PORT, policy, new ServicePort("http", Protocol.TCP, 80, "8080", 30080));
    }

    static Service with(Service service, List<IpAddress> external, List<IpAddress> loadBalancer) {
        return new Service(
                service.namespace(),
                service.name(),
                service.annotations(),
                service.type(),
                service.clusterIps(),
                external,
                loadBalancer,
                service.selector(),
                service.ports(),
                service.policy());
    }

    static ServicePort http() {
        return new ServicePort("http", Protocol.TCP, 80, "8080", 0);
    }

    static EndpointSlice slice(String name, Endpoint... endpoints) {
        return new EndpointSlice(
                "shop", name, "web", List.of(endpoints), List.of(new EndpointPort("http", Protocol.TCP, 8080)));
    }

    static Endpoint ready(String address, String node, String... zones) {
        return new Endpoint(ip(address), true, true, false, node, "shop/" + address, List.of(zones));
    }

    static Endpoint terminating(String address, String node) {
        return new Endpoint(ip(address), false, true, true, node, "shop/" + address, List.of());
    }

    static Endpoint notReady(String address, String node) {
        return new Endpoint(ip(address), false, false, false, node, "shop/" + address, List.of());
    }

    static Pod pod(String name, String node, String address, ContainerPort... ports) {
        return new Pod(
                "shop",
                name,
                Map.of("app", "web"),
                Map.of(),
                node,
                List.of(ip(address)),
                false,
                List.of(ports),
                Pod.Phase.RUNNING);
    }

    static TrafficPolicy externalLocal(int healthCheckPort) {
        return new TrafficPolicy(false, true, 0, List.of(), healthCheckPort, false, false);
    }
}
