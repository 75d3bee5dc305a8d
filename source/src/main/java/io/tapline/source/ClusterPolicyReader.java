// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.ClusterNetworkPolicy.Action;
import io.tapline.model.ClusterNetworkPolicy.Peer;
import io.tapline.model.ClusterNetworkPolicy.Rule;
import io.tapline.model.ClusterNetworkPolicy.Subject;
import io.tapline.model.ClusterNetworkPolicy.Tier;
import io.tapline.model.ClusterNetworkPolicy.UnknownPeer;
import io.tapline.model.LabelSelector;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the cluster-scoped policies of {@code policy.networking.k8s.io}: ClusterNetworkPolicy of v1alpha2, and
 * AdminNetworkPolicy and BaselineAdminNetworkPolicy of v1alpha1, which it converts.
 */
final class ClusterPolicyReader {
    private static final int MAX_ITEMS = 25;
    private static final int MAX_PRIORITY = 1000;
    private static final int MAX_RULE_NAME = 100;
    /** Stands in for peers with mistakes; the object is left out then. */
    private static final List<Peer> NOT_READ = List.of(new UnknownPeer(""));

    /** The versions of the API, as far as they differ in words. */
    private enum Dialect {
        CLUSTER("Accept", "protocols"),
        ADMIN("Allow", "ports"),
        BASELINE("Allow", "ports");

        private final String accept;
        private final String portsKey;

        Dialect(String accept, String portsKey) {
            this.accept = accept;
            this.portsKey = portsKey;
        }

        Map<String, Action> actions() {
            return this == BASELINE
                    ? Map.of(accept, Action.ACCEPT, "Deny", Action.DENY)
                    : Map.of(accept, Action.ACCEPT, "Deny", Action.DENY, "Pass", Action.PASS);
        }
    }

    private final Report report;
    private final Dialect dialect;
    private final Selectors selectors;
    private final ClusterPeerReader peers;
    private final ClusterPortReader ports;

    private ClusterPolicyReader(Report report, Dialect dialect) {
        this.report = report;
        this.dialect = dialect;
        selectors = new Selectors(report);
        peers = new ClusterPeerReader(report);
        ports = new ClusterPortReader(report);
    }

    static ClusterPolicyReader v1alpha2(Report report) {
        return new ClusterPolicyReader(report, Dialect.CLUSTER);
    }

    static ClusterPolicyReader admin(Report report) {
        return new ClusterPolicyReader(report, Dialect.ADMIN);
    }

    static ClusterPolicyReader baseline(Report report) {
        return new ClusterPolicyReader(report, Dialect.BASELINE);
    }

    ClusterNetworkPolicy read(Metadata metadata, Fields object) {
        Value specValue = object.required("spec");
        List<String> known = switch (dialect) {
            case CLUSTER -> List.of("tier", "priority", "subject", "ingress", "egress");
            case ADMIN -> List.of("priority", "subject", "ingress", "egress");
            case BASELINE -> List.of("subject", "ingress", "egress");
        };
        Fields spec = report.fields(specValue, known);
        if (dialect == Dialect.BASELINE && !metadata.name().equals("default")) {
            report.error(object.required("metadata").mistake("the one BaselineAdminNetworkPolicy is named 'default'"));
        }
        Tier tier = switch (dialect) {
            case CLUSTER ->
                report.required(
                        spec,
                        "tier",
                        value -> value.choice(Map.of("Admin", Tier.ADMIN, "Baseline", Tier.BASELINE)),
                        Tier.ADMIN);
            case ADMIN -> Tier.ADMIN;
            case BASELINE -> Tier.BASELINE;
        };
        int priority = dialect == Dialect.BASELINE
                ? MAX_PRIORITY
                : report.required(spec, "priority", value -> value.integer(0, MAX_PRIORITY), 0);
        Subject everything = new Subject(LabelSelector.EVERYTHING, Optional.empty());
        return new ClusterNetworkPolicy(
                metadata.name(),
                tier,
                priority,
                report.required(spec, "subject", this::subject, everything),
                rules(spec, "ingress", "from"),
                rules(spec, "egress", "to"));
    }

    private Subject subject(Value value) {
        Fields fields = report.fields(value, List.of("namespaces", "pods"));
        if (fields.has("namespaces") == fields.has("pods")) {
            throw value.mistake("needs exactly one of namespaces and pods ({} as a selector selects all)");
        }
        if (fields.has("namespaces")) {
            return new Subject(selectors.read(fields.required("namespaces")), Optional.empty());
        }
        ClusterNetworkPolicy.PodPeer pods = peers.pods(fields.required("pods"));
        return new Subject(pods.namespaces(), pods.pods());
    }

    private List<Rule> rules(Fields spec, String key, String peersKey) {
        List<Value> written = report.field(spec, key, Value::list, List.of());
        if (written.size() > MAX_ITEMS) {
            report.error(spec.required(key).mistake("has " + written.size() + " rules; at most 25 are allowed"));
        }
        return report.each(written, value -> rule(value, peersKey));
    }

    private Rule rule(Value value, String peersKey) {
        Fields fields = report.fields(value, List.of("name", "action", peersKey, dialect.portsKey));
        String name = report.field(fields, "name", ClusterPolicyReader::ruleName, "");
        Action action = report.required(fields, "action", word -> word.choice(dialect.actions()), Action.DENY);
        Value peerList = fields.required(peersKey);
        int count = peerList.list().size();
        if (count == 0 || count > MAX_ITEMS) {
            throw peerList.mistake("needs 1 to 25 peers, not " + count);
        }
        List<Peer> read = report.each(fields, peersKey, peer -> peers.read(peer, peersKey.equals("to")));
        ClusterPortReader.Ports matched = dialect == Dialect.CLUSTER
                ? ports.protocols(fields, dialect.portsKey)
                : ports.ports(fields, dialect.portsKey);
        return failClosed(name, action, read.isEmpty() ? NOT_READ : read, matched);
    }

    /** Ports that are not understood count as all in a rule that denies, and as none in one that does not. */
    private static Rule failClosed(String name, Action action, List<Peer> peers, ClusterPortReader.Ports ports) {
        if (ports.unknown().isEmpty()) {
            return new Rule(name, action, peers, ports.known());
        }
        if (action == Action.DENY) {
            return new Rule(name, action, peers, List.of());
        }
        List<PolicyPort> known = ports.known();
        return known.isEmpty()
                ? new Rule(name, action, List.of(new UnknownPeer(ports.unknown().getFirst())), known)
                : new Rule(name, action, peers, known);
    }

    private static String ruleName(Value value) {
        String name = value.string();
        if (name.length() > MAX_RULE_NAME) {
            throw value.mistake("has " + name.length() + " characters; at most 100 are allowed");
        }
        return name;
    }
}
