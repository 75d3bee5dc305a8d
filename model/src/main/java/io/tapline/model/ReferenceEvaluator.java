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
import java.util.stream.Stream;

/**
 * Verdicts of policies, written straight from the text of the API and without any thought of speed: what the rendered
 * tables are compared with, in tests and at run time.
 *
 * <p>Where the API leaves the meaning open:
 *
 * <ul>
 *   <li>A pod and its own node reach each other whatever policies say, and so does a pod itself.
 *   <li>Pods in the host network are not subject to policies and are not selected as peers, for their address is the
 *       node's; an address block matches them as it matches any address. {@link HostPolicies} make them and nodes
 *       subject.
 *   <li>An address that several pods claim at once is selected by no peer of a rule that lets something pass, and by
 *       every peer that selects one of its claimants in a rule that denies.
 *   <li>A selector of namespaces never selects a namespace that is not declared, even if it has no condition.
 * </ul>
 */
public final class ReferenceEvaluator {
    private final Intent intent;
    private final Optional<HostPolicies> hosts;
    private final Map<IpAddress, List<Pod>> claimants = new HashMap<>();

    /**
     * One end of a connection.
     *
     * @param pod whose policies apply at this end; empty for everything that is not a pod of the network
     * @param node whose address it is; empty for everything that is not a node
     */
    public record Endpoint(Optional<Pod> pod, Optional<String> node, IpAddress address) {
        /** A pod at one of its addresses. */
        public static Endpoint of(Pod pod, IpAddress address) {
            return new Endpoint(Optional.of(pod), Optional.empty(), address);
        }

        /** A node, and whatever is in its host network, at one of its addresses. */
        public static Endpoint of(String node, IpAddress address) {
            return new Endpoint(Optional.empty(), Optional.of(node), address);
        }

        /** Anybody else. */
        public static Endpoint of(IpAddress address) {
            return new Endpoint(Optional.empty(), Optional.empty(), address);
        }
    }

    /** What is asked; the same for both ends of a connection. */
    private record Question(Direction direction, IpAddress other, int protocol, int port) {}

    /** An evaluator of one moment, where policies do not hold on hosts. */
    public ReferenceEvaluator(Intent intent) {
        this(intent, Optional.empty());
    }

    /** An evaluator of one moment. */
    public ReferenceEvaluator(Intent intent, Optional<HostPolicies> hosts) {
        this.intent = intent;
        this.hosts = hosts;
        intent.pods()
                .filter(Pod::isOnNetwork)
                .forEach(pod -> List.copyOf(new java.util.LinkedHashSet<>(pod.addresses()))
                        .forEach(address -> claimants
                                .computeIfAbsent(address, key -> new ArrayList<>())
                                .add(pod)));
    }

    /** The pod that has an address, else the node, or the address alone when more than one pod claims it. */
    public Endpoint endpoint(IpAddress address) {
        if (claimants.containsKey(address)) {
            return new Endpoint(soleClaimant(address), Optional.empty(), address);
        }
        Stream<String> declared = intent.nodes()
                .filter(node -> node.addresses().contains(address))
                .map(Node::name);
        Stream<String> byHostPod = intent.pods()
                .filter(pod -> pod.hostNetwork() && pod.addresses().contains(address))
                .map(Pod::node)
                .filter(node -> !node.isEmpty());
        return new Endpoint(Optional.empty(), Stream.concat(declared, byHostPod).findFirst(), address);
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
        if (source.address().equals(destination.address()) || isSame(source, destination)) {
            return true;
        }
        return mayPass(source, new Question(Direction.EGRESS, destination.address(), protocol, port))
                && mayPass(destination, new Question(Direction.INGRESS, source.address(), protocol, port));
    }

    private static boolean isSame(Endpoint a, Endpoint b) {
        return (a.pod().isPresent() && a.pod().map(Pod::ref).equals(b.pod().map(Pod::ref)))
                || (a.node().isPresent() && a.node().equals(b.node()));
    }

    private boolean mayPass(Endpoint end, Question question) {
        return end.pod()
                        .filter(pod -> !pod.hostNetwork())
                        .map(pod -> podMayPass(pod, question))
                        .orElse(true)
                && (hosts.isEmpty()
                        || end.node()
                                .map(node -> hostMayPass(hosts.get(), node, question))
                                .orElse(true));
    }

    private boolean hostMayPass(HostPolicies optIn, String node, Question question) {
        boolean ingress = question.direction() == Direction.INGRESS;
        if (!ingress
                && optIn.reachesOwnPods()
                && claimants.getOrDefault(question.other(), List.of()).stream()
                        .anyMatch(pod -> pod.node().equals(node))) {
            return true;
        }
        return permit(optIn.isolating(intent, node, question.direction()), Optional.empty(), question)
                && intent.pods()
                        .filter(pod -> ingress && pod.hostNetwork() && !pod.isFinished())
                        .filter(pod -> pod.node().equals(node) && declares(pod, question))
                        .allMatch(pod -> permit(isolating(pod), Optional.of(pod), question));
    }

    private static boolean declares(Pod pod, Question question) {
        return pod.ports().stream()
                .anyMatch(port ->
                        port.port() == question.port() && port.protocol().number() == question.protocol());
    }

    /** The policies that isolate a pod of the host network for ingress. */
    private List<NetworkPolicy> isolating(Pod pod) {
        return intent.networkPolicies()
                .filter(policy -> policy.types().contains(Direction.INGRESS)
                        && policy.namespace().equals(pod.namespace())
                        && policy.podSelector().matches(pod.labels()))
                .toList();
    }

    /** Whether policies that isolate someone permit a connection; none isolate nobody. */
    private boolean permit(List<NetworkPolicy> isolating, Optional<Pod> subject, Question question) {
        return isolating.isEmpty() || anyAllows(isolating, subject, question);
    }

    private boolean anyAllows(List<NetworkPolicy> policies, Optional<Pod> subject, Question question) {
        return policies.stream()
                .anyMatch(policy -> policy.rules(question.direction()).stream()
                        .anyMatch(rule -> allows(rule, policy.namespace(), subject, question)));
    }

    private boolean podMayPass(Pod subject, Question question) {
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
            return anyAllows(isolating, Optional.of(subject), question);
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

    private boolean allows(NetworkPolicy.Rule rule, String namespace, Optional<Pod> subject, Question question) {
        boolean asAddress =
                (rule.peers().isEmpty() || rule.peers().stream().anyMatch(peer -> isBlock(peer, question.other())))
                        && matchesPort(rule.ports(), namedIn(subject, Optional.empty(), question), question);
        return asAddress
                || soleClaimant(question.other())
                        .filter(pod -> rule.peers().isEmpty()
                                || rule.peers().stream().anyMatch(peer -> isPod(peer, namespace, pod)))
                        .filter(pod ->
                                matchesPort(rule.ports(), namedIn(subject, Optional.of(pod), question), question))
                        .isPresent();
    }

    private boolean matches(ClusterNetworkPolicy.Rule rule, Pod subject, Question question) {
        boolean denies = rule.action() == Action.DENY;
        boolean asAddress = rule.peers().stream().anyMatch(peer -> isBlock(peer, denies, question.other()))
                && matchesPort(rule.ports(), namedIn(Optional.of(subject), Optional.empty(), question), question);
        List<Pod> pods = denies
                ? claimants.getOrDefault(question.other(), List.of())
                : soleClaimant(question.other()).stream().toList();
        return asAddress
                || pods.stream()
                        .filter(pod -> rule.peers().stream().anyMatch(peer -> isPod(peer, pod)))
                        .anyMatch(pod -> matchesPort(
                                rule.ports(), namedIn(Optional.of(subject), Optional.of(pod), question), question));
    }

    /** In whose declared ports a name is looked up: those of the pod that the connection is to. */
    private static Optional<Pod> namedIn(Optional<Pod> subject, Optional<Pod> other, Question question) {
        return question.direction() == Direction.INGRESS ? subject : other;
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

    private boolean isPod(NetworkPolicy.Peer peer, String policyNamespace, Pod pod) {
        return peer instanceof NetworkPolicy.PodPeer selected
                && selected.namespaces()
                        .map(namespaces -> isNamespace(namespaces, pod.namespace()))
                        .orElse(pod.namespace().equals(policyNamespace))
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
