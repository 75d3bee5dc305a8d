// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.control.service.Backend;
import io.tapline.control.service.PlannedPort;
import io.tapline.control.service.PlannedService;
import io.tapline.control.service.ServicePlan;
import io.tapline.dataplane.NatMappingUse;
import io.tapline.dataplane.NatMappingUse.BackendUse;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.wire.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One port of a service.
 *
 * @param service namespace and name
 * @param port its name; may be empty
 * @param protocol TCP, UDP or SCTP
 * @param addresses where clients of this node reach it, as {@code ADDRESS:PORT}
 * @param backends its endpoints
 * @param sessions connections now
 * @param sessionsMade connections so far, to its present endpoints
 */
public record ServiceRow(
        String service,
        String port,
        String protocol,
        List<String> addresses,
        List<BackendRow> backends,
        long sessions,
        long sessionsMade) {
    /**
     * An endpoint.
     *
     * @param address where it listens, as {@code ADDRESS:PORT}
     * @param pod namespace and name of its pod; may be empty
     * @param node its node; may be empty
     * @param local whether it is on this node
     * @param state {@code active}, {@code draining} or {@code unused}
     * @param reason why it gets no new connections
     * @param weight its share of new connections; 0 when it gets none
     * @param sessions connections now
     * @param sessionsMade connections so far
     */
    public record BackendRow(
            String address,
            String pod,
            String node,
            boolean local,
            String state,
            String reason,
            int weight,
            long sessions,
            long sessionsMade) {}

    private record Endpoint(IpAddress address, int port) {}

    private record Use(int weight, long sessions, long made) {
        static final Use NONE = new Use(0, 0, 0);

        Use plus(Use other) {
            return new Use(Math.max(weight, other.weight), sessions + other.sessions, made + other.made);
        }
    }

    /** All ports of all services. */
    static List<ServiceRow> of(ServicePlan plan, List<NatMappingUse> uses) {
        Map<NatMapping, NatMappingUse> byMapping = new HashMap<>();
        uses.forEach(use -> byMapping.put(use.mapping(), use));
        return plan.services().stream()
                .flatMap(service -> service.ports().stream().map(port -> of(service, port, byMapping)))
                .toList();
    }

    private static ServiceRow of(PlannedService service, PlannedPort port, Map<NatMapping, NatMappingUse> uses) {
        Map<Endpoint, Use> byEndpoint = new HashMap<>();
        for (NatMapping mapping : port.mappings()) {
            NatMappingUse use = uses.get(mapping);
            if (use != null) {
                use.backends().forEach(backend -> byEndpoint.merge(endpoint(backend), use(backend), Use::plus));
            }
        }
        List<BackendRow> backends = port.backends().stream()
                .map(backend -> row(
                        backend, byEndpoint.getOrDefault(new Endpoint(backend.address(), backend.port()), Use.NONE)))
                .toList();
        return new ServiceRow(
                service.service().namespace() + "/" + service.service().name(),
                port.name(),
                port.protocol().name(),
                port.mappings().stream()
                        .map(mapping -> mapping.external() + ":" + mapping.port())
                        .distinct()
                        .toList(),
                backends,
                backends.stream().mapToLong(BackendRow::sessions).sum(),
                backends.stream().mapToLong(BackendRow::sessionsMade).sum());
    }

    private static Endpoint endpoint(BackendUse use) {
        return new Endpoint(use.backend().address(), use.backend().port());
    }

    private static Use use(BackendUse use) {
        int weight = use.backend().draining() ? 0 : use.backend().weight();
        return new Use(weight, use.count().sessions(), use.count().sessionsMade());
    }

    private static BackendRow row(Backend backend, Use use) {
        return new BackendRow(
                backend.address() + ":" + backend.port(),
                backend.pod(),
                backend.node(),
                backend.local(),
                backend.state().name().toLowerCase(Locale.ROOT),
                backend.reason(),
                use.weight(),
                use.sessions(),
                use.made());
    }
}
