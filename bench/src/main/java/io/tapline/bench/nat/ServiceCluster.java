// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import io.tapline.control.service.ServiceScope;
import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Protocol;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.model.Service.TrafficPolicy;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Services of two endpoints each, which are pods anywhere in a cluster of a hundred nodes; one in ten has a node port,
 * too. A change replaces one endpoint of a service by another pod.
 */
final class ServiceCluster {
    static final String NODE = "node-0";
    static final int PORT = 80;
    static final int TARGET_PORT = 8080;
    static final int FIRST_ADDRESS = IpAddress.parseIpv4("10.96.0.1");

    private static final int NODES = 100;
    private static final int NAMESPACES = 100;
    private static final int ENDPOINTS = 2;
    private static final int NODE_PORT_EVERY = 10;
    private static final int FIRST_NODE_PORT = 30_000;
    private static final int NODE_PORTS = 2768;

    private final int services;
    private final SplittableRandom random;

    ServiceCluster(int services, long seed) {
        this.services = services;
        this.random = new SplittableRandom(seed);
    }

    /** The node that the services are planned for. */
    static ServiceScope scope() {
        ServiceScope.Tables tables = new ServiceScope.Tables(IpPrefix.parse("10.0.0.0/11"), 1, 0);
        return new ServiceScope(NODE, "", List.of(IpAddress.parse("192.168.16.1")), 1, tables);
    }

    List<IntentObject> objects() {
        List<IntentObject> objects = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            objects.add(service(i));
            objects.add(slice(i, i * ENDPOINTS, i * ENDPOINTS + 1));
        }
        return objects;
    }

    /** One endpoint of some service is another pod from now on. */
    IntentChange endpointChanges() {
        int service = random.nextInt(services);
        int other = services * ENDPOINTS + random.nextInt(services);
        return new IntentChange.Put(slice(service, service * ENDPOINTS, other));
    }

    private Service service(int i) {
        boolean nodePort = i % NODE_PORT_EVERY == 0 && i / NODE_PORT_EVERY < NODE_PORTS;
        ServicePort port = new ServicePort(
                "http", Protocol.TCP, PORT, "" + TARGET_PORT, nodePort ? FIRST_NODE_PORT + i / NODE_PORT_EVERY : 0);
        return new Service(
                "ns-" + i % NAMESPACES,
                "service-" + i,
                Map.of(),
                nodePort ? Service.Type.NODE_PORT : Service.Type.CLUSTER_IP,
                List.of(IpAddress.ofIpv4(FIRST_ADDRESS + i)),
                List.of(),
                List.of(),
                Map.of("app", "service-" + i),
                List.of(port),
                TrafficPolicy.DEFAULT);
    }

    private static EndpointSlice slice(int service, int firstPod, int secondPod) {
        String namespace = "ns-" + service % NAMESPACES;
        return new EndpointSlice(
                namespace,
                "service-" + service + "-1",
                "service-" + service,
                List.of(endpoint(namespace, firstPod), endpoint(namespace, secondPod)),
                List.of(new EndpointPort("http", Protocol.TCP, TARGET_PORT)));
    }

    private static Endpoint endpoint(String namespace, int pod) {
        int node = pod % NODES;
        IpAddress address = IpAddress.ofIpv4(0x0a00_0000 + (node << 12) + 2 + pod / NODES);
        return new Endpoint(address, true, true, false, "node-" + node, namespace + "/pod-" + pod, List.of());
    }
}
