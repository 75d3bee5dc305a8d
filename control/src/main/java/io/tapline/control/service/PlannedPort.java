// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.dataplane.config.NatMapping;
import io.tapline.model.Protocol;
import java.util.List;

/**
 * One port of a service, planned.
 *
 * @param name may be empty
 * @param port at the virtual addresses
 * @param backends its endpoints, with their use for clients inside the cluster
 * @param mappings what the switch holds for it
 */
public record PlannedPort(String name, Protocol protocol, int port, List<Backend> backends, List<NatMapping> mappings) {
    /** Copies the lists. */
    public PlannedPort {
        backends = List.copyOf(backends);
        mappings = List.copyOf(mappings);
    }
}
