// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.dataplane.config.NatMapping;
import io.tapline.model.ObjectRef;
import java.util.List;

/**
 * A service, planned.
 *
 * @param healthCheckPort port on which a load balancer asks for local endpoints; 0 for none
 * @param localReady ready endpoints on this node, which the answer there counts
 */
public record PlannedService(ObjectRef service, List<PlannedPort> ports, int healthCheckPort, int localReady) {
    /** Copies the list. */
    public PlannedService {
        ports = List.copyOf(ports);
    }

    /** What the switch holds for it, port by port. */
    public List<NatMapping> mappings() {
        return ports.size() == 1
                ? ports.getFirst().mappings()
                : ports.stream().flatMap(port -> port.mappings().stream()).toList();
    }
}
