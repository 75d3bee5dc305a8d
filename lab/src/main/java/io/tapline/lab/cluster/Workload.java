// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.cluster;

import io.tapline.model.ObjectRef;
import io.tapline.model.Protocol;
import java.util.List;
import java.util.Map;

/**
 * What a pod runs, as far as it can be run without its images.
 *
 * @param containers in the order of the manifest
 */
record Workload(ObjectRef pod, List<Container> containers) {
    /**
     * A port that a container declares.
     *
     * @param number 1..65535
     */
    record Port(Protocol protocol, int number) {
        @Override
        public String toString() {
            return protocol + "/" + number;
        }
    }

    /**
     * A container.
     *
     * @param command the program and its arguments, if this machine has it; else empty, and responders answer on the
     *     ports
     * @param environment variables with their values
     */
    record Container(String name, List<Port> ports, List<String> command, Map<String, String> environment) {
        Container {
            ports = List.copyOf(ports);
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        boolean hasCommand() {
            return !command.isEmpty();
        }
    }

    Workload {
        containers = List.copyOf(containers);
    }
}
