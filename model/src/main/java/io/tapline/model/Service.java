// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.List;
import java.util.Map;

/**
 * A service ({@code v1.Service}).
 *
 * @param clusterIps its virtual addresses; empty for headless services, for ExternalName, and while none is allocated
 * @param externalIps further addresses that lead to it ({@code spec.externalIPs})
 * @param loadBalancerIps addresses that a load balancer gave it ({@code status.loadBalancer.ingress[].ip})
 * @param selector labels of its pods, from which endpoint slices follow where no controller makes them; may be empty
 * @param ports at least one, but for headless services
 * @param policy how its traffic is spread
 */
public record Service(
        String namespace,
        String name,
        Map<String, String> annotations,
        Type type,
        List<IpAddress> clusterIps,
        List<IpAddress> externalIps,
        List<IpAddress> loadBalancerIps,
        Map<String, String> selector,
        List<ServicePort> ports,
        TrafficPolicy policy)
        implements IntentObject {
    /** {@code spec.type}, and {@code clusterIP: None}. */
    public enum Type {
        /** Without a virtual address, and meant to be: names stand for its pods' own addresses. */
        HEADLESS,
        /** Reached by its virtual address. */
        CLUSTER_IP,
        /** By a port of every node as well. */
        NODE_PORT,
        /** By the address of a load balancer as well. */
        LOAD_BALANCER,
        /** A DNS alias: nothing for the network to do. */
        EXTERNAL_NAME
    }

    /**
     * One port.
     *
     * @param name empty when it is the only one and has none; endpoint slices refer to it
     * @param port at the virtual addresses, 1..65535
     * @param targetPort on the pods: a number, or the name of a container port, which may differ from pod to pod
     * @param nodePort at every node; 0 for none
     */
    public record ServicePort(String name, Protocol protocol, int port, String targetPort, int nodePort) {}

    /**
     * How traffic is spread.
     *
     * @param internalLocal only to endpoints on the client's node ({@code internalTrafficPolicy: Local})
     * @param externalLocal traffic from outside only to endpoints on the node it reached, with its source address kept
     *     ({@code externalTrafficPolicy: Local})
     * @param affinitySeconds {@code sessionAffinity: ClientIP} with its time-out; 0 for none
     * @param sourceRanges who may use the load balancer's addresses; empty: everybody
     * @param healthCheckNodePort where a load balancer asks whether this node has endpoints; 0 for none
     * @param publishNotReady whether endpoints count before they are ready
     * @param preferClose {@code trafficDistribution}: prefer endpoints that are near, by the slices' hints
     */
    public record TrafficPolicy(
            boolean internalLocal,
            boolean externalLocal,
            int affinitySeconds,
            List<IpPrefix> sourceRanges,
            int healthCheckNodePort,
            boolean publishNotReady,
            boolean preferClose) {
        /** The API's defaults. */
        public static final TrafficPolicy DEFAULT = new TrafficPolicy(false, false, 0, List.of(), 0, false, false);

        /** Copies the list. */
        public TrafficPolicy {
            sourceRanges = List.copyOf(sourceRanges);
        }
    }

    /** Copies the collections. */
    public Service {
        annotations = Map.copyOf(annotations);
        clusterIps = List.copyOf(clusterIps);
        externalIps = List.copyOf(externalIps);
        loadBalancerIps = List.copyOf(loadBalancerIps);
        selector = Map.copyOf(selector);
        ports = List.copyOf(ports);
    }

    /** This service with other virtual addresses. */
    public Service withClusterIps(List<IpAddress> addresses) {
        return new Service(
                namespace, name, annotations, type, addresses, externalIps, loadBalancerIps, selector, ports, policy);
    }

    @Override
    public ObjectRef ref() {
        return new ObjectRef(Kind.SERVICE, namespace, name);
    }
}
