// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Direction;
import io.tapline.model.LabelSelector;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.NetworkPolicy.AnyPort;
import io.tapline.model.NetworkPolicy.IpBlock;
import io.tapline.model.NetworkPolicy.NamedPort;
import io.tapline.model.NetworkPolicy.Peer;
import io.tapline.model.NetworkPolicy.PodPeer;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.PortMatch;
import io.tapline.model.NetworkPolicy.PortNumbers;
import io.tapline.model.NetworkPolicy.Rule;
import io.tapline.model.Protocol;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpPrefix;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code networking.k8s.io/v1} NetworkPolicy. */
final class NetworkPolicyReader {
    private static final Map<String, Direction> TYPES =
            Map.of("Ingress", Direction.INGRESS, "Egress", Direction.EGRESS);

    private final Report report;
    private final Selectors selectors;

    NetworkPolicyReader(Report report) {
        this.report = report;
        selectors = new Selectors(report);
    }

    NetworkPolicy read(Metadata metadata, Optional<Value> spec) {
        if (spec.isEmpty()) {
            return new NetworkPolicy(
                    metadata.namespace(),
                    metadata.name(),
                    metadata.annotations(),
                    LabelSelector.EVERYTHING,
                    Set.of(Direction.INGRESS),
                    List.of(),
                    List.of());
        }
        Fields fields = report.fields(spec.get(), List.of("podSelector", "policyTypes", "ingress", "egress"));
        List<Rule> ingress = report.each(fields, "ingress", value -> rule(value, "from"));
        List<Rule> egress = report.each(fields, "egress", value -> rule(value, "to"));
        return new NetworkPolicy(
                metadata.namespace(),
                metadata.name(),
                metadata.annotations(),
                report.field(fields, "podSelector", selectors::read, LabelSelector.EVERYTHING),
                types(fields),
                ingress,
                egress);
    }

    /** The default is Ingress, with Egress when there are egress rules, and holds for an empty list as well. */
    private Set<Direction> types(Fields fields) {
        List<Value> written = report.field(fields, "policyTypes", Value::list, List.of());
        Set<Direction> types = EnumSet.noneOf(Direction.class);
        types.addAll(report.each(written, value -> value.choice(TYPES)));
        if (written.size() > TYPES.size()) {
            report.error(fields.required("policyTypes").mistake("has more than two elements; list each type once"));
        }
        if (written.isEmpty()) {
            types.add(Direction.INGRESS);
            if (!report.field(fields, "egress", Value::list, List.of()).isEmpty()) {
                types.add(Direction.EGRESS);
            }
        }
        return types;
    }

    private Rule rule(Value value, String peersKey) {
        Fields fields = report.fields(value, List.of("ports", peersKey));
        return new Rule(report.each(fields, peersKey, this::peer), report.each(fields, "ports", this::port));
    }

    private Peer peer(Value value) {
        Fields fields = report.fields(value, List.of("podSelector", "namespaceSelector", "ipBlock"));
        boolean selects = fields.has("podSelector") || fields.has("namespaceSelector");
        if (fields.has("ipBlock")) {
            if (selects) {
                throw value.mistake("ipBlock stands alone; put the selector into a peer of its own");
            }
            return block(fields.required("ipBlock"));
        }
        if (!selects) {
            throw value.mistake("the peer is empty; give a podSelector, a namespaceSelector or an ipBlock"
                    + " ({} as a selector selects all)");
        }
        return new PodPeer(
                report.optional(fields, "namespaceSelector", selectors::read),
                report.field(fields, "podSelector", selectors::read, LabelSelector.EVERYTHING));
    }

    private IpBlock block(Value value) {
        Fields fields = report.fields(value, List.of("cidr", "except"));
        Optional<IpPrefix> cidr =
                report.read(() -> Optional.of(Syntax.cidr(fields.required("cidr"))), Optional.empty());
        List<IpPrefix> except = report.each(fields, "except", element -> except(element, cidr));
        return new IpBlock(cidr.orElse(IpPrefix.ANY_IPV4), except);
    }

    private static IpPrefix except(Value value, Optional<IpPrefix> cidr) {
        IpPrefix except = Syntax.cidr(value);
        boolean inside = cidr.isEmpty()
                || (cidr.get().length() < except.length() && cidr.get().contains(except.address()));
        if (!inside) {
            throw value.mistake("'" + except + "' does not lie strictly inside the cidr " + cidr.get()
                    + "; write a smaller block of it");
        }
        return except;
    }

    private PolicyPort port(Value value) {
        Fields fields = report.fields(value, List.of("protocol", "port", "endPort"));
        Protocol protocol = report.field(fields, "protocol", Protocols::read, Protocol.TCP);
        return new PolicyPort(protocol, match(fields));
    }

    private static PortMatch match(Fields fields) {
        Optional<Value> endPort = fields.optional("endPort");
        Optional<Value> port = fields.optional("port");
        if (port.isEmpty()) {
            if (endPort.isPresent()) {
                throw endPort.get().mistake("needs a 'port' where the range begins");
            }
            return new AnyPort();
        }
        if (!port.get().isNumber()) {
            NamedPort named = new NamedPort(Syntax.portName(port.get()));
            if (endPort.isPresent()) {
                throw endPort.get().mistake("needs a number as 'port', not the name '" + named.name() + "'");
            }
            return named;
        }
        int first = Syntax.port(port.get());
        int last = endPort.map(Syntax::port).orElse(first);
        if (last < first) {
            throw endPort.orElseThrow().mistake(last + " is less than 'port', which is " + first);
        }
        return new PortNumbers(first, last);
    }
}
