// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.EndpointSlice;
import io.tapline.model.EndpointSlice.Endpoint;
import io.tapline.model.EndpointSlice.EndpointPort;
import io.tapline.model.Labels;
import io.tapline.model.Protocol;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code discovery.k8s.io/v1} EndpointSlice. Those of domain names keep no endpoint, since nothing routes to a
 * name.
 */
final class EndpointSliceReader {
    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_PORTS = 20_000;
    private static final List<IpPrefix> SPECIAL = List.of(
            IpPrefix.parse("0.0.0.0/32"),
            IpPrefix.parse("127.0.0.0/8"),
            IpPrefix.parse("169.254.0.0/16"),
            IpPrefix.parse("224.0.0.0/24"),
            IpPrefix.parse("::/128"),
            IpPrefix.parse("::1/128"),
            IpPrefix.parse("fe80::/10"),
            IpPrefix.parse("ff02::/16"));

    private enum AddressType {
        IPV4,
        IPV6,
        FQDN
    }

    private static final Map<String, AddressType> TYPES =
            Map.of("IPv4", AddressType.IPV4, "IPv6", AddressType.IPV6, "FQDN", AddressType.FQDN);

    private final Report report;

    EndpointSliceReader(Report report) {
        this.report = report;
    }

    EndpointSlice read(Metadata metadata, Fields object) {
        AddressType type = report.required(object, "addressType", value -> value.choice(TYPES), AddressType.FQDN);
        List<Value> written = report.field(object, "endpoints", Value::list, List.of());
        if (written.size() > MAX_ENDPOINTS) {
            report.error(object.required("endpoints")
                    .mistake("has " + written.size() + " elements; at most " + MAX_ENDPOINTS + " are allowed"));
        }
        List<Endpoint> endpoints = report.each(written, value -> endpoint(metadata.namespace(), type, value)).stream()
                .flatMap(Optional::stream)
                .toList();
        return new EndpointSlice(
                metadata.namespace(),
                metadata.name(),
                metadata.labels().getOrDefault(Labels.SERVICE_NAME, ""),
                endpoints,
                ports(object));
    }

    private Optional<Endpoint> endpoint(String namespace, AddressType type, Value value) {
        Fields fields = report.fields(
                value,
                List.of(
                        "addresses",
                        "conditions",
                        "deprecatedTopology",
                        "hints",
                        "hostname",
                        "nodeName",
                        "targetRef",
                        "zone"));
        List<Value> addresses = fields.required("addresses").list();
        if (addresses.isEmpty() || addresses.size() > 100) {
            throw fields.required("addresses").mistake("needs 1 to 100 elements, not " + addresses.size());
        }
        if (type == AddressType.FQDN) {
            return Optional.empty();
        }
        List<IpAddress> checked = report.each(addresses, address -> address(address, type));
        Optional<Fields> conditions = report.optional(
                fields, "conditions", map -> report.fields(map, List.of("ready", "serving", "terminating")));
        boolean ready = condition(conditions, "ready", true);
        return checked.stream()
                .findFirst()
                .map(address -> new Endpoint(
                        address,
                        ready,
                        condition(conditions, "serving", ready),
                        condition(conditions, "terminating", false),
                        report.field(fields, "nodeName", Syntax::subdomain, ""),
                        pod(fields, namespace),
                        zones(fields)));
    }

    private boolean condition(Optional<Fields> conditions, String key, boolean otherwise) {
        return conditions
                .map(fields -> report.field(fields, key, Value::flag, otherwise))
                .orElse(otherwise);
    }

    private static IpAddress address(Value value, AddressType type) {
        IpAddress address = Syntax.address(value);
        if (address.isIpv4() != (type == AddressType.IPV4)) {
            throw value.mistake(address + " is not of the slice's addressType; put it into a slice of its own");
        }
        return reachable(value);
    }

    /** An address that a client can reach from elsewhere. */
    static IpAddress reachable(Value value) {
        IpAddress address = Syntax.address(value);
        if (SPECIAL.stream().anyMatch(block -> block.contains(address))) {
            throw value.mistake(
                    address + " is a loopback, link-local or unspecified address, which no client can reach");
        }
        return address;
    }

    private String pod(Fields endpoint, String namespace) {
        return report.some(endpoint, "targetRef")
                .filter(ref -> ref.optional("kind")
                        .filter(kind -> kind.text().equals("Pod"))
                        .isPresent())
                .map(ref -> report.field(ref, "namespace", Syntax::dnsLabel, namespace) + "/"
                        + report.required(ref, "name", Syntax::subdomain, "x"))
                .orElse("");
    }

    private List<String> zones(Fields endpoint) {
        return report.some(endpoint, "hints")
                .map(hints -> report.each(
                        hints,
                        "forZones",
                        zone -> Report.some(zone).required("name").string()))
                .orElse(List.of());
    }

    private List<EndpointPort> ports(Fields object) {
        List<Value> written = report.field(object, "ports", Value::list, List.of());
        if (written.size() > MAX_PORTS) {
            report.error(object.required("ports")
                    .mistake("has " + written.size() + " elements; at most " + MAX_PORTS + " are allowed"));
        }
        Set<String> names = new HashSet<>();
        return report.each(written, value -> port(value, names)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** A port without a number stands for all ports, which only headless services use. */
    private Optional<EndpointPort> port(Value value, Set<String> names) {
        Fields fields = report.fields(value, List.of("name", "protocol", "port", "appProtocol"));
        String name = report.field(fields, "name", text -> text.string().isEmpty() ? "" : Syntax.dnsLabel(text), "");
        if (!names.add(name)) {
            throw value.mistake("two ports are named '" + name + "'; give each a name of its own");
        }
        Protocol protocol = report.field(fields, "protocol", Protocols::read, Protocol.TCP);
        return report.optional(fields, "port", Syntax::port).map(port -> new EndpointPort(name, protocol, port));
    }
}
