// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.NetworkPolicy.AnyPort;
import io.tapline.model.NetworkPolicy.NamedPort;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.PortMatch;
import io.tapline.model.NetworkPolicy.PortNumbers;
import io.tapline.model.Protocol;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the ports of cluster-scoped policies in both of their forms. */
final class ClusterPortReader {
    private static final Map<String, Protocol> PROTOCOLS =
            Map.of("tcp", Protocol.TCP, "udp", Protocol.UDP, "sctp", Protocol.SCTP);

    /**
     * The ports of a rule.
     *
     * @param unknown keys that are not understood
     */
    record Ports(List<PolicyPort> known, List<String> unknown) {}

    private final Report report;

    ClusterPortReader(Report report) {
        this.report = report;
    }

    /** As in v1alpha2: {@code protocols: [{tcp: {destinationPort: {number: 80}}}]}. */
    Ports protocols(Fields rule, String key) {
        return collect(rule, key, "destinationNamedPort", this::protocol);
    }

    /** As in v1alpha1: {@code ports: [{portNumber: {protocol: TCP, port: 80}}]}. */
    Ports ports(Fields rule, String key) {
        return collect(rule, key, "namedPort", this::port);
    }

    private interface PortForm {
        Optional<PolicyPort> read(String key, Value value);
    }

    private Ports collect(Fields rule, String key, String namedKey, PortForm form) {
        List<PolicyPort> known = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        report.each(rule, key, element -> {
            Map<String, Value> entries = element.entries();
            if (entries.size() != 1) {
                throw element.mistake("has " + entries.size() + " keys; each element of the list has exactly one");
            }
            String word = entries.keySet().iterator().next();
            Value value = entries.values().iterator().next();
            if (word.equals(namedKey)) {
                NamedPort named = new NamedPort(Syntax.portName(value));
                Arrays.stream(Protocol.values()).forEach(protocol -> known.add(new PolicyPort(protocol, named)));
                return word;
            }
            Optional<PolicyPort> port = form.read(word, value);
            port.ifPresent(known::add);
            if (port.isEmpty()) {
                unknown.add(word);
                report.warn(value.mistake("'" + word
                        + "' is not understood; it counts as every port in a rule that denies, and as none in others"));
            }
            return word;
        });
        return new Ports(known, unknown);
    }

    private Optional<PolicyPort> protocol(String key, Value value) {
        Protocol protocol = PROTOCOLS.get(key);
        if (protocol == null) {
            return Optional.empty();
        }
        if (value.isNull()) {
            return Optional.of(new PolicyPort(protocol, new AnyPort()));
        }
        Fields fields = report.fields(value, List.of("destinationPort"));
        PortMatch match =
                fields.optional("destinationPort").map(this::destination).orElse(new AnyPort());
        return Optional.of(new PolicyPort(protocol, match));
    }

    private PortMatch destination(Value value) {
        Fields fields = report.fields(value, List.of("number", "range"));
        if (fields.has("number") == fields.has("range")) {
            throw value.mistake("needs exactly one of number and range");
        }
        if (fields.has("number")) {
            int number = Syntax.port(fields.required("number"));
            return new PortNumbers(number, number);
        }
        return range(report.fields(fields.required("range"), List.of("start", "end")));
    }

    private static PortMatch range(Fields fields) {
        int first = Syntax.port(fields.required("start"));
        int last = Syntax.port(fields.required("end"));
        if (last < first) {
            throw fields.required("end").mistake(last + " is less than 'start', which is " + first);
        }
        return new PortNumbers(first, last);
    }

    private Optional<PolicyPort> port(String key, Value value) {
        return switch (key) {
            case "portNumber" -> {
                Fields fields = report.fields(value, List.of("protocol", "port"));
                int number = Syntax.port(fields.required("port"));
                yield Optional.of(new PolicyPort(protocol(fields), new PortNumbers(number, number)));
            }
            case "portRange" -> {
                Fields fields = report.fields(value, List.of("protocol", "start", "end"));
                yield Optional.of(new PolicyPort(protocol(fields), range(fields)));
            }
            default -> Optional.empty();
        };
    }

    private static Protocol protocol(Fields fields) {
        return fields.optional("protocol").map(Protocols::read).orElse(Protocol.TCP);
    }
}
