// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.wire.IpAddress;
import java.util.List;
import java.util.Map;

/** Running pods of namespace x on node n1. */
final class Pods {
    private Pods() {}

    /** A pod whose only label is {@code app}. */
    static Pod pod(String name, String app, String address, ContainerPort... ports) {
        return pod(name, app, false, address, ports);
    }

    /** A pod with an address of its own or, in the host network, with its node's. */
    static Pod pod(String name, String app, boolean hostNetwork, String address, ContainerPort... ports) {
        return new Pod(
                "x",
                name,
                Map.of("app", app),
                Map.of(),
                "n1",
                List.of(IpAddress.parse(address)),
                hostNetwork,
                List.of(ports),
                Pod.Phase.RUNNING);
    }
}
