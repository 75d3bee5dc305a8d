// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Pod.Phase;
import io.tapline.model.Protocol;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code v1} Pod: what the network needs of it, and enough of the rest to catch slips. */
final class PodReader {
    private static final Map<String, Phase> PHASES = Map.of(
            "Pending", Phase.PENDING,
            "Running", Phase.RUNNING,
            "Succeeded", Phase.SUCCEEDED,
            "Failed", Phase.FAILED,
            "Unknown", Phase.RUNNING);

    private final Report report;
    private final List<ContainerPort> ports = new ArrayList<>();
    private final Map<String, Value> containers = new HashMap<>();
    private final Set<String> hostPorts = new HashSet<>();

    PodReader(Report report) {
        this.report = report;
    }

    Pod read(Metadata metadata, Fields object) {
        Fields spec = report.fields(object.required("spec"), PodFields.SPEC);
        boolean hostNetwork = report.field(spec, "hostNetwork", Value::flag, false);
        if (report.field(spec, "containers", Value::list, List.of()).isEmpty()) {
            report.error(spec.mistake("'containers' needs at least one element"));
        }
        report.each(spec, "initContainers", value -> container(value, hostNetwork, true));
        report.each(spec, "containers", value -> container(value, hostNetwork, false));
        String node = report.field(spec, "nodeName", Syntax::subdomain, "");
        Optional<Fields> status = report.some(object, "status");
        return new Pod(
                metadata.namespace(),
                metadata.name(),
                metadata.labels(),
                metadata.annotations(),
                node,
                status.map(this::addresses).orElse(List.of()),
                hostNetwork,
                ports,
                status.flatMap(fields -> report.optional(fields, "phase", value -> value.choice(PHASES)))
                        .orElse(Phase.PENDING));
    }

    /** Only init containers that restart always, so-called side-cars, serve ports while the pod runs. */
    private String container(Value value, boolean hostNetwork, boolean init) {
        Fields fields = report.fields(value, PodFields.CONTAINER);
        String name = report.required(fields, "name", Syntax::dnsLabel, "x");
        report.required(fields, "image", Value::string, "x");
        Value earlier = containers.putIfAbsent(name, value);
        if (earlier != null) {
            report.error(value.mistake("there is another container '" + name + "' in line "
                    + earlier.place().line()));
        }
        List<ContainerPort> declared = report.each(fields, "ports", port -> port(port, hostNetwork));
        Set<String> names = new HashSet<>();
        for (ContainerPort port : declared) {
            if (!port.name().isEmpty() && !names.add(port.name())) {
                report.error(value.mistake("two ports are named '" + port.name() + "'; give each a name of its own"));
            }
        }
        boolean sidecar = report.optional(fields, "restartPolicy", Value::string)
                .filter("Always"::equals)
                .isPresent();
        if (!init || sidecar) {
            ports.addAll(declared);
        }
        return name;
    }

    private ContainerPort port(Value value, boolean hostNetwork) {
        Fields fields = report.fields(value, List.of("name", "containerPort", "protocol", "hostPort", "hostIP"));
        String name = report.field(fields, "name", Syntax::portName, "");
        Protocol protocol = report.field(fields, "protocol", Protocols::read, Protocol.TCP);
        int number = Syntax.port(fields.required("containerPort"));
        int hostPort = report.field(fields, "hostPort", port -> port.integer(0, 65535), 0);
        if (hostNetwork && hostPort != 0 && hostPort != number) {
            report.error(fields.required("hostPort")
                    .mistake("must be " + number + " like containerPort, because the pod is on the host's network"));
        }
        String hostAddress = report.field(fields, "hostIP", text -> hostAddress(text), "");
        if (hostPort != 0 && !hostPorts.add(protocol + "/" + hostAddress + "/" + hostPort)) {
            report.error(value.mistake("host port " + hostPort + "/" + protocol + " is given twice in this pod"));
        }
        return new ContainerPort(name, protocol, number, hostNetwork ? 0 : hostPort, hostAddress);
    }

    private static String hostAddress(Value value) {
        IpAddress address = Syntax.address(value);
        return address.equals(IpAddress.ofIpv4(0)) || address.equals(new IpAddress(0, 0)) ? "" : address.toString();
    }

    /** {@code podIPs}, of which {@code podIP} is the first; at most one of each family. */
    private List<IpAddress> addresses(Fields status) {
        List<Value> written = report.field(status, "podIPs", Value::list, List.of());
        List<IpAddress> addresses =
                report.each(written, value -> Syntax.address(Report.some(value).required("ip")));
        Optional<IpAddress> first = report.optional(status, "podIP", Syntax::address);
        if (addresses.isEmpty()) {
            return first.stream().toList();
        }
        if (first.isPresent() && !first.get().equals(addresses.getFirst())) {
            report.error(status.required("podIP")
                    .mistake(first.get() + " is not the first of podIPs, which is " + addresses.getFirst()));
        }
        long families = addresses.stream().map(IpAddress::isIpv4).distinct().count();
        if (families < addresses.size()) {
            report.error(status.required("podIPs")
                    .mistake("has two addresses of one family; a pod has at most one of each"));
        }
        return addresses;
    }
}
