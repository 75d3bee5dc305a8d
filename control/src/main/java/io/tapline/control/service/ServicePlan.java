// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.dataplane.config.NatMapping;
import io.tapline.model.ObjectRef;
import java.util.List;

/**
 * What one node's switch must hold for services.
 *
 * @param mappings all of them, ordered by owner
 * @param services the services that they come from, for views and health checks
 * @param problems what could not be honoured
 */
public record ServicePlan(List<NatMapping> mappings, List<PlannedService> services, List<Problem> problems) {
    /**
     * Something that was declared but cannot be honoured.
     *
     * @param object whose
     * @param message what and why, naming the other object
     */
    public record Problem(ObjectRef object, String message) {}

    /** TCP ports on which the host answers load balancers' health checks. */
    public List<Integer> healthCheckPorts() {
        return services.stream()
                .map(PlannedService::healthCheckPort)
                .filter(port -> port != 0)
                .distinct()
                .toList();
    }

    /** Copies the lists. */
    public ServicePlan {
        mappings = List.copyOf(mappings);
        services = List.copyOf(services);
        problems = List.copyOf(problems);
    }
}
