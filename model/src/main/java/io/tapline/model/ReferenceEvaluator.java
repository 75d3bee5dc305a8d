// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import io.tapline.model.ClusterNetworkPolicy.Action;
import io.tapline.model.ClusterNetworkPolicy.Tier;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verdicts of policies, written straight from the text of the API and without any thought of speed: what the rendered
 * tables are compared with, in tests and at run time.
 *
 * <p>Where the API leaves the meaning open:
 *
 * <ul>
 *   <li>A pod and its own node reach each other whatever policies say, and so does a pod itself.
 *   <li>Pods in the host network are not subject to policies and are not selected as peers, for their address is the
 *       node's; an address block matches them as it matches any address.
 *   <li>An address that several pods claim at once is selected by no peer of a rule that lets something pass, and by
 *       every peer that selects one of its claimants in a rule that denies.
 *   <li>A selector of namespaces never selects a namespace that is not declared, even if it has no condition.
 * </ul>
 */
public final class ReferenceEvaluator {
    private final Intent intent;
    private final Map<IpAddress, List<Pod>> claimants = new HashMap<>();

    /**
     * One end of a connection.
     *
     * @param pod whose policies apply at this end; empty for everything that is not a pod of the network
     */
    public record Endpoint(Optional<Pod> pod, IpAddress address) {}

    /** What is asked; the same for both ends of a connection. */
    private record Question(Direction direction, IpAddress other, int protocol, int port) {}

    /** An evaluator of one moment. */
    public ReferenceEvaluator(Intent intent) {
        this.intent = intent;
        intent.pods()
                .filter(Pod::isOnNetwork)
                .forEach(pod -> List.copyOf(new java.util.LinkedHashSet<>(pod.addresses()))
                        .forEach(address -> claimants
                                .computeIfAbsent(address, key -> new ArrayList<>())
                                .add(pod)));
    }

    /** The pod that has an address, or the address alone when none or more than one claims it. */
    public Endpoint endpoint(IpAddress address) {
        return new Endpoint(soleClaimant(address), address);
    }

    /**
     * Whether a connection is allowed.
     *
     * @param protocol IP protocol number
     * @param port destination port, after translation of services; 0 for protocols without
     */
    public boolean allows(Endpoint source, Endpoint destination, int protocol, int port) {
        if (source.address().isIpv4() != destination.address().isIpv4()) {
            return false;
        }
        if (source.address().equals(destination.address()) || isSamePod(source, destination)) {
            return true;
        }
        return mayPass(source, new Question(Direction.EGRESS, destination.address(), protocol, port))
                && mayPass(destination, new Question(Direction.INGRESS, source.address(), protocol, port));
    }

    private static boolean isSamePod(Endpoint a, Endpoint b) {
        return a.pod().isPresent() && a.pod().map(Pod::ref).equals(b.pod().map(Pod::ref));
    }

    private boolean mayPass(Endpoint end, Question question) {
        if (end.pod().isEmpty() || end.pod().get().hostNetwork()) {
            return true;
        }
        Pod subject = end.pod().get();
        boolean ownNode = intent.nodes()
                .anyMatch(node ->
                        node.name().equals(subject.node()) && node.addresses().contains(question.other()));
        if (ownNode) {
            return true;
        }
        Optional<Action> admin = firstAction(Tier.ADMIN, subject, question);
        if (admin.isPresent() && admin.get() != Action.PASS) {
            return admin.get() == Action.ACCEPT;
        }
        List<NetworkPolicy> isolating = intent.networkPolicies()
                .filter(policy -> policy.isolates(subject, question.direction()))
                .toList();
        if (!isolating.isEmpty()) {
            return isolating.stream()
                    .flatMap(policy -> policy.rules(question.direction()).stream())
                    .anyMatch(rule -> allows(rule, subject, question));
        }
        return firstAction(Tier.BASELINE, subject, question).orElse(Action.ACCEPT) != Action.DENY;
    }

    private Optional<Action> firstAction(Tier tier, Pod subject, Question question) {
        return intent.clusterNetworkPolicies()
                .filter(policy -> policy.tier() == tier && isSubject(policy.subject(), subject))
                .sorted(ClusterNetworkPolicy.PRECEDENCE)
                .flatMap(policy -> policy.rules(question.direction()).stream())
                .filter(rule -> matches(rule, subject, question))
                .map(ClusterNetworkPolicy.Rule::action)
                .findFirst();
    }

    private boolean isSubject(ClusterNetworkPolicy.Subject subject, Pod pod) {
        return isNamespace(subject.namespaces(), pod.namespace())
                && subject.pods().orElse(LabelSelector.EVERYTHING).matches(pod.labels());
    }

    private boolean allows(NetworkPolicy.Rule rule, Pod subject, Question question) {
        boolean asAddress =
                (rule.peers().isEmpty() || rule.peers().stream().anyMatch(peer -> isBlock(peer, question.other())))
                        && matchesPort(rule.ports(), namedIn(subject, Optional.empty(), question), question);
        return asAddress
                || soleClaimant(question.other())
                        .filter(pod -> rule.peers().isEmpty()
                                || rule.peers().stream().anyMatch(peer -> isPod(peer, subject, pod)))
                        .filter(pod ->
                                matchesPort(rule.ports(), namedIn(subject, Optional.of(pod), question), question))
                        .isPresent();
    }

    private boolean matches(ClusterNetworkPolicy.Rule rule, Pod subject, Question question) {
        boolean denies = rule.action() == Action.DENY;
        boolean asAddress = rule.peers().stream().anyMatch(peer -> isBlock(peer, denies, question.other()))
                && matchesPort(rule.ports(), namedIn(subject, Optional.empty(), question), question);
        List<Pod> pods = denies
                ? claimants.getOrDefault(question.other(), List.of())
                : soleClaimant(question.other()).stream().toList();
        return asAddress
                || pods.stream()
                        .filter(pod -> rule.peers().stream().anyMatch(peer -> isPod(peer, pod)))
                        .anyMatch(pod ->
                                matchesPort(rule.ports(), namedIn(subject, Optional.of(pod), question), question));
    }

    /** In whose declared ports a name is looked up: those of the pod that the connection is to. */
    private static Optional<Pod> namedIn(Pod subject, Optional<Pod> other, Question question) {
        return question.direction() == Direction.INGRESS ? Optional.of(subject) : other;
    }

    private static boolean isBlock(NetworkPolicy.Peer peer, IpAddress address) {
        return peer instanceof NetworkPolicy.IpBlock block
                && block.cidr().contains(address)
                && block.except().stream().noneMatch(except -> except.contains(address));
    }

    private boolean isBlock(ClusterNetworkPolicy.Peer peer, boolean denies, IpAddress address) {
        return switch (peer) {
            case ClusterNetworkPolicy.Networks networks ->
                networks.blocks().stream().anyMatch(block -> block.contains(address));
            case ClusterNetworkPolicy.Nodes nodes ->
                intent.nodes()
                        .filter(node -> nodes.nodes().matches(node.labels()))
                        .anyMatch(node -> node.addresses().contains(address));
            case ClusterNetworkPolicy.UnknownPeer _ -> denies;
            case ClusterNetworkPolicy.PodPeer _ -> false;
        };
    }

    private boolean isPod(NetworkPolicy.Peer peer, Pod subject, Pod pod) {
        return peer instanceof NetworkPolicy.PodPeer selected
                && selected.namespaces()
                        .map(namespaces -> isNamespace(namespaces, pod.namespace()))
                        .orElse(pod.namespace().equals(subject.namespace()))
                && selected.pods().matches(pod.labels());
    }

    private boolean isPod(ClusterNetworkPolicy.Peer peer, Pod pod) {
        return peer instanceof ClusterNetworkPolicy.PodPeer selected
                && isNamespace(selected.namespaces(), pod.namespace())
                && selected.pods().orElse(LabelSelector.EVERYTHING).matches(pod.labels());
    }

    private boolean isNamespace(LabelSelector selector, String name) {
        return intent.find(new ObjectRef(Kind.NAMESPACE, "", name))
                .filter(object -> object instanceof Namespace namespace && selector.matches(namespace.labels()))
                .isPresent();
    }

    private static boolean matchesPort(List<NetworkPolicy.PolicyPort> ports, Optional<Pod> names, Question question) {
        return ports.isEmpty()
                || ports.stream()
                        .filter(port -> port.protocol().number() == question.protocol())
                        .anyMatch(port -> switch (port.match()) {
                            case NetworkPolicy.AnyPort _ -> true;
                            case NetworkPolicy.PortNumbers numbers ->
                                numbers.first() <= question.port() && question.port() <= numbers.last();
                            case NetworkPolicy.NamedPort named ->
                                names.filter(pod -> pod.portNumbers(named.name(), port.protocol())
                                                .contains(question.port()))
                                        .isPresent();
                        });
    }

    private Optional<Pod> soleClaimant(IpAddress address) {
        List<Pod> pods = claimants.getOrDefault(address, List.of());
        return pods.size() == 1 ? Optional.of(pods.getFirst()) : Optional.empty();
    }
}
