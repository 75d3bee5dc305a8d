// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import io.tapline.wire.IpAddress;
import java.util.List;

/**
 * Some of the endpoints of a service ({@code discovery.k8s.io/v1}).
 *
 * @param service name of the service in the same namespace ({@link Labels#SERVICE_NAME}); empty for none
 */
public record EndpointSlice(
        String namespace, String name, String service, List<Endpoint> endpoints, List<EndpointPort> ports)
        implements IntentObject {
    /**
     * One endpoint.
     *
     * @param address the first of its addresses, which are alternatives for the same endpoint
     * @param ready whether it takes new connections
     * @param serving whether it would answer, terminating or not
     * @param terminating whether it is on its way out
     * @param node name of its node; empty when unknown
     * @param pod qualified name of its pod; empty when it is none
     * @param hintZones zones whose clients should prefer it; empty for no hint
     */
    public record Endpoint(
            IpAddress address,
            boolean ready,
            boolean serving,
            boolean terminating,
            String node,
            String pod,
            List<String> hintZones) {
        /** Copies the list. */
        public Endpoint {
            hintZones = List.copyOf(hintZones);
        }
    }

    /**
     * The number that a port of the service has on these endpoints.
     *
     * @param name of the service's port; empty for the unnamed one
     * @param port 1..65535
     */
    public record EndpointPort(String name, Protocol protocol, int port) {}

    /** Copies the lists. */
    public EndpointSlice {
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
    }

    @Override
    public ObjectRef ref() {
        return new ObjectRef(Kind.ENDPOINT_SLICE, namespace, name);
    }
}
