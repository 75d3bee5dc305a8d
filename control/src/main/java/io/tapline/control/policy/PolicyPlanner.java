// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.dataplane.config.AclRule;
import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.Direction;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentObject;
import io.tapline.model.LabelSelector;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The access lists of a node as a pure function of the intent. */
public final class PolicyPlanner {
    private PolicyPlanner() {}

    /** The plan of the node that {@code settings} names. */
    public static PolicyPlan plan(Intent intent, PolicySettings settings) {
        return new Run(intent, settings).plan();
    }

    /** The addresses of the node itself, from its object and the settings. */
    static SortedSet<IpAddress> ownNode(PolicySettings settings, List<IpAddress> declared) {
        SortedSet<IpAddress> addresses = new TreeSet<>(declared);
        addresses.addAll(settings.hostAddresses());
        return addresses;
    }

    private static final class Run implements PolicySource {
        private final Intent intent;
        private final PolicySettings settings;
        private final PeerScan peers;
        private final RuleRenderer renderer;
        private final ListAssembler assembler;
        private final Map<String, List<NetworkPolicy>> policies = new HashMap<>();
        private final List<ClusterNetworkPolicy> clusterPolicies;
        private final SortedSet<IpAddress> ownNode;
        private final HostSituation host;
        private final Map<Part, List<AclRule>> permits = new HashMap<>();
        private final SortedMap<ListKey, PolicyList> lists = new TreeMap<>();

        private record Part(ObjectRef policy, Direction direction, List<PortName> names) {}

        Run(Intent intent, PolicySettings settings) {
            this.intent = intent;
            this.settings = settings;
            peers = new PeerScan(intent);
            renderer = new RuleRenderer(peers);
            assembler = new ListAssembler(settings, this);
            intent.networkPolicies()
                    .forEach(policy -> policies.computeIfAbsent(policy.namespace(), key -> new ArrayList<>())
                            .add(policy));
            clusterPolicies = intent.clusterNetworkPolicies().toList();
            ownNode = PolicyPlanner.ownNode(
                    settings,
                    intent.nodes()
                            .filter(node -> node.name().equals(settings.node()))
                            .flatMap(node -> node.addresses().stream())
                            .toList());
            host = settings.hosts().map(this::situation).orElse(HostSituation.NONE);
        }

        PolicyPlan plan() {
            SortedMap<ObjectRef, Attachment> pods = new TreeMap<>();
            intent.pods()
                    .filter(pod -> Situation.isLocal(pod, settings.node()))
                    .forEach(pod -> pods.put(pod.ref(), attachment(pod)));
            Attachment node = settings.hosts()
                    .map(optIn -> host.attachment(optIn.namespace()))
                    .orElse(Attachment.NONE);
            List<Attachment> all = new ArrayList<>(pods.values());
            all.add(node);
            Attachment outside = Situation.outside(all);
            boolean reflects = Situation.reflects(all);
            pods.replaceAll((ref, attachment) -> Situation.effective(attachment, reflects));
            Attachment effective = Situation.effective(node, reflects);
            pods.values().forEach(this::render);
            render(effective);
            render(outside);
            return new PolicyPlan(lists, pods, effective, outside);
        }

        private HostSituation situation(HostPolicies optIn) {
            Map<String, String> labels =
                    intent.node(settings.node()).map(Node::labels).orElse(Map.of());
            SortedMap<ObjectRef, Pod> hostPods = new TreeMap<>();
            intent.pods()
                    .filter(pod -> HostSituation.isHostPod(pod, settings.node()))
                    .forEach(pod -> hostPods.put(pod.ref(), pod));
            return HostTracker.compute(
                    optIn, labels, hostPods, namespace -> policies.getOrDefault(namespace, List.of()));
        }

        private Attachment attachment(Pod pod) {
            List<NetworkPolicy> selecting = policies.getOrDefault(pod.namespace(), List.of()).stream()
                    .filter(policy -> policy.podSelector().matches(pod.labels()))
                    .toList();
            List<ClusterNetworkPolicy> subject = clusterPolicies.stream()
                    .filter(policy -> peers.selects(policy.subject().namespaces(), pod.namespace()))
                    .filter(policy -> policy.subject()
                            .pods()
                            .orElse(LabelSelector.EVERYTHING)
                            .matches(pod.labels()))
                    .toList();
            return Situation.attachment(
                    Situation.key(pod, Direction.INGRESS, selecting, subject),
                    Situation.key(pod, Direction.EGRESS, selecting, subject));
        }

        private void render(Attachment attachment) {
            for (List<ListKey> keys : List.of(attachment.input(), attachment.output(), attachment.sender())) {
                keys.forEach(key -> lists.computeIfAbsent(key, assembler::assemble));
            }
        }

        @Override
        public NetworkPolicy networkPolicy(ObjectRef ref) {
            return (NetworkPolicy) object(ref);
        }

        @Override
        public ClusterNetworkPolicy clusterPolicy(ObjectRef ref) {
            return (ClusterNetworkPolicy) object(ref);
        }

        private IntentObject object(ObjectRef ref) {
            return intent.find(ref).orElseThrow(() -> new IllegalStateException(ref + " is not in the intent"));
        }

        @Override
        public List<AclRule> permits(NetworkPolicy policy, Direction direction, List<PortName> names) {
            Part part = new Part(policy.ref(), direction, names);
            return permits.computeIfAbsent(part, key -> renderer.render(policy, direction, names));
        }

        @Override
        public List<RuleRenderer.TierRule> tierRules(
                ClusterNetworkPolicy policy, Direction direction, List<PortName> names) {
            return renderer.render(policy, direction, names);
        }

        @Override
        public SortedSet<IpAddress> ownNode() {
            return ownNode;
        }

        @Override
        public HostSituation host() {
            return host;
        }

        @Override
        public List<IpPrefix> ownPods() {
            return HostTracker.cover(intent.pods()
                    .filter(pod -> HostTracker.isOwn(pod, settings.node()))
                    .map(Pod::addresses)
                    .toList());
        }

        @Override
        public boolean rejects(String namespace) {
            return peers.rejects(namespace);
        }
    }
}
