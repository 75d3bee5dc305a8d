// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Service;
import io.tapline.model.Service.ServicePort;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code v1} Service. */
final class ServiceReader {
    private static final Set<String> SPEC = Set.of(
            "allocateLoadBalancerNodePorts",
            "clusterIP",
            "clusterIPs",
            "externalIPs",
            "externalName",
            "externalTrafficPolicy",
            "healthCheckNodePort",
            "internalTrafficPolicy",
            "ipFamilies",
            "ipFamilyPolicy",
            "loadBalancerClass",
            "loadBalancerIP",
            "loadBalancerSourceRanges",
            "ports",
            "publishNotReadyAddresses",
            "selector",
            "sessionAffinity",
            "sessionAffinityConfig",
            "trafficDistribution",
            "type");
    private static final Map<String, Service.Type> TYPES = Map.of(
            "ClusterIP", Service.Type.CLUSTER_IP,
            "NodePort", Service.Type.NODE_PORT,
            "LoadBalancer", Service.Type.LOAD_BALANCER,
            "ExternalName", Service.Type.EXTERNAL_NAME);

    private final Report report;

    ServiceReader(Report report) {
        this.report = report;
    }

    Service read(Metadata metadata, Fields object) {
        Fields spec = report.fields(object.required("spec"), SPEC);
        Service.Type type = report.field(spec, "type", value -> value.choice(TYPES), Service.Type.CLUSTER_IP);
        if (type == Service.Type.EXTERNAL_NAME) {
            report.required(spec, "externalName", Syntax::subdomain, "x");
        }
        boolean headless = isHeadless(spec);
        if (headless && type != Service.Type.CLUSTER_IP && type != Service.Type.EXTERNAL_NAME) {
            report.error(spec.required("clusterIP").mistake("'None' is for the type ClusterIP only"));
        }
        List<ServicePort> ports = new ServicePortReader(report, type).read(spec);
        if (ports.isEmpty() && !headless && type != Service.Type.EXTERNAL_NAME && !report.hasErrors()) {
            report.error(spec.mistake("'ports' needs at least one element, unless clusterIP is None"));
        }
        List<IpAddress> external = report.each(spec, "externalIPs", EndpointSliceReader::reachable);
        return new Service(
                metadata.namespace(),
                metadata.name(),
                metadata.annotations(),
                headless && type == Service.Type.CLUSTER_IP ? Service.Type.HEADLESS : type,
                headless || type == Service.Type.EXTERNAL_NAME ? List.of() : clusterIps(spec),
                external,
                loadBalancerIps(object),
                report.field(spec, "selector", Syntax::labels, Map.of()),
                ports,
                new TrafficPolicyReader(report).read(spec, type, !external.isEmpty()));
    }

    private static boolean isHeadless(Fields spec) {
        boolean first = spec.optional("clusterIP")
                .filter(value -> value.text().equals("None"))
                .isPresent();
        return first
                || spec.optional("clusterIPs").filter(Value::isList).stream()
                        .flatMap(value -> value.list().stream())
                        .anyMatch(value -> !value.isList()
                                && !value.isMap()
                                && !value.isNull()
                                && value.text().equals("None"));
    }

    /** {@code clusterIPs}, of which {@code clusterIP} is the first. Without any, nobody has allocated one yet. */
    private List<IpAddress> clusterIps(Fields spec) {
        List<IpAddress> all = report.each(spec, "clusterIPs", Syntax::address);
        Optional<IpAddress> first = report.read(
                () -> spec.optional("clusterIP")
                        .filter(value -> !value.text().isEmpty())
                        .map(Syntax::address),
                Optional.empty());
        if (all.isEmpty()) {
            return first.stream().toList();
        }
        if (first.isPresent() && !first.get().equals(all.getFirst())) {
            report.error(spec.required("clusterIP")
                    .mistake(first.get() + " is not the first of clusterIPs, which is " + all.getFirst()));
        }
        if (all.stream().map(IpAddress::isIpv4).distinct().count() < all.size()) {
            report.error(spec.required("clusterIPs")
                    .mistake("has two addresses of one family; a service has at most one of each"));
        }
        return all;
    }

    private List<IpAddress> loadBalancerIps(Fields object) {
        return report
                .some(object, "status")
                .flatMap(status -> report.some(status, "loadBalancer"))
                .map(balancer -> report.each(
                        balancer, "ingress", entry -> report.optional(Report.some(entry), "ip", Syntax::address)))
                .orElse(List.of())
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }
}
