// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.service;

import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.Intent;
import io.tapline.model.LabelSelector;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes endpoint slices from selectors where nobody else does: in a lab and for manifests off-line. In a cluster the
 * endpoint slice controller does the same.
 */
public final class EndpointController {
    private EndpointController() {}

    /**
     * The slices of all services that have a selector and no slice of their own. Pods whose container port of the
     * wanted name has different numbers come into different slices.
     */
    public static List<EndpointSlice> slices(Intent intent) {
        Set<ObjectRef> served = intent.endpointSlices()
                .map(slice -> new ObjectRef(io.tapline.model.Kind.SERVICE, slice.namespace(), slice.service()))
                .collect(Collectors.toCollection(HashSet::new));
        Map<String, List<Pod>> podsByNamespace =
                intent.pods().collect(Collectors.groupingBy(Pod::namespace, Collectors.toList()));
        List<EndpointSlice> result = new ArrayList<>();
        intent.services()
                .filter(service -> !service.selector().isEmpty() && !served.contains(service.ref()))
                .forEach(service ->
                        result.addAll(slicesOf(service, podsByNamespace.getOrDefault(service.namespace(), List.of()))));
        return result;
    }

    private static List<EndpointSlice> slicesOf(Service service, List<Pod> pods) {
        LabelSelector selector = LabelSelector.of(service.selector());
        Map<String, List<EndpointPort>> portsByKey = new TreeMap<>();
        Map<String, List<Endpoint>> endpointsByKey = new TreeMap<>();
        for (Pod pod : pods) {
            if (!pod.isFinished() && !pod.addresses().isEmpty() && selector.matches(pod.labels())) {
                List<EndpointPort> ports = ports(service, pod);
                String key = ports.toString();
                portsByKey.put(key, ports);
                endpointsByKey
                        .computeIfAbsent(key, ignored -> new ArrayList<>())
                        .add(endpoint(pod));
            }
        }
        List<EndpointSlice> result = new ArrayList<>();
        endpointsByKey.forEach((key, endpoints) -> {
            String name = service.name() + "-" + (result.size() + 1);
            result.add(new EndpointSlice(
                    service.namespace(), name, service.name(), endpoints, portsByKey.getOrDefault(key, List.of())));
        });
        return result;
    }

    private static Endpoint endpoint(Pod pod) {
        boolean running = pod.phase() == Pod.Phase.RUNNING;
        String name = pod.ref().qualifiedName();
        return new Endpoint(pod.addresses().getFirst(), running, running, false, pod.node(), name, List.of());
    }

    /** The service's ports on a pod; one whose name the pod does not have is left out. */
    private static List<EndpointPort> ports(Service service, Pod pod) {
        List<EndpointPort> result = new ArrayList<>();
        for (ServicePort port : service.ports()) {
            int number = number(port, pod);
            if (number != 0) {
                result.add(new EndpointPort(port.name(), port.protocol(), number));
            }
        }
        return result;
    }

    private static int number(ServicePort port, Pod pod) {
        String target = port.targetPort();
        if (target.isEmpty()) {
            return port.port();
        }
        if (target.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Integer.parseInt(target);
        }
        return pod.ports().stream()
                .filter(declared -> declared.name().equals(target) && declared.protocol() == port.protocol())
                .mapToInt(Pod.ContainerPort::port)
                .findFirst()
                .orElse(0);
    }
}
