// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.control.policy.ListKey.PortName;
import io.tapline.dataplane.config.AclRule;
import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.Direction;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows the intent change by change. After any sequence of changes {@link #plan} equals {@link PolicyPlanner#plan} of
 * the intent that they make, but only what a change concerns is computed: the peers that a pod joins or leaves, the
 * policies that have these peers, the lists that render these policies. Policies that select no pod of the node cost
 * nothing but their place in a map.
 *
 * <p>Threading: one thread.
 */
public final class IncrementalPolicyPlanner {
    private final PolicySettings settings;
    private final PeerIndex peers = new PeerIndex(this::peersChanged);
    private final HostTracker tracker;
    private final ListAssembler assembler;
    private final Map<ObjectRef, IntentObject> objects = new HashMap<>();
    private final Map<String, SortedMap<ObjectRef, NetworkPolicy>> policies = new HashMap<>();
    private final SortedMap<ObjectRef, ClusterNetworkPolicy> clusterPolicies = new TreeMap<>();
    private final SortedMap<ObjectRef, LocalPod> local = new TreeMap<>();
    private final Map<ObjectRef, PolicyUse> used = new HashMap<>();
    private final SortedMap<ListKey, PolicyList> lists = new TreeMap<>();
    private final Map<ListKey, Integer> listUses = new HashMap<>();
    private final Set<ListKey> dirtyLists = new HashSet<>();
    private final Set<LocalPod> dirtyPods = new HashSet<>();
    private SortedSet<IpAddress> ownNode;
    private HostSituation host = HostSituation.NONE;
    private Attachment onHost = Attachment.NONE;
    private Attachment outside = Attachment.NONE;
    private @Nullable PolicyPlan plan;

    /** A pod of this node with the policies that select it. */
    private static final class LocalPod {
        final Pod pod;
        final SortedMap<ObjectRef, NetworkPolicy> policies = new TreeMap<>();
        final SortedMap<ObjectRef, ClusterNetworkPolicy> clusterPolicies = new TreeMap<>();
        Attachment attachment = Attachment.NONE;

        LocalPod(Pod pod) {
            this.pod = pod;
        }
    }

    private record Part(Direction direction, List<PortName> names) {}

    /** What a policy that matters here has been rendered to, and in which lists it is. */
    private static final class PolicyUse {
        final Map<Part, List<AclRule>> permits = new HashMap<>();
        final Map<Part, List<RuleRenderer.TierRule>> tierRules = new HashMap<>();
        final Set<ListKey> lists = new HashSet<>();

        void forget() {
            permits.clear();
            tierRules.clear();
        }
    }

    /** A planner that knows nothing yet. */
    public IncrementalPolicyPlanner(PolicySettings settings) {
        this.settings = settings;
        tracker = new HostTracker(settings);
        assembler = new ListAssembler(settings, new Source());
        ownNode = PolicyPlanner.ownNode(settings, List.of());
    }

    /** Takes over a change. Cheap; what follows from it is computed by {@link #plan}. */
    public void apply(IntentChange change) {
        ObjectRef ref = change.ref();
        Optional<IntentObject> before = Optional.ofNullable(objects.get(ref));
        Optional<IntentObject> now =
                change instanceof IntentChange.Put put ? Optional.of(put.object()) : Optional.empty();
        if (before.equals(now)) {
            return;
        }
        now.ifPresentOrElse(object -> objects.put(ref, object), () -> objects.remove(ref));
        switch (ref.kind()) {
            case NODE -> node(ref, now.map(Node.class::cast));
            case NAMESPACE -> namespace(ref, before.map(Namespace.class::cast), now.map(Namespace.class::cast));
            case POD -> pod(ref, before.map(Pod.class::cast), now.map(Pod.class::cast));
            case NETWORK_POLICY -> networkPolicy(ref, now.map(NetworkPolicy.class::cast));
            case CLUSTER_NETWORK_POLICY -> clusterPolicy(ref, now.map(ClusterNetworkPolicy.class::cast));
            case SERVICE, ENDPOINT_SLICE -> objects.remove(ref);
        }
    }

    /** The plan after all changes so far; the same object as before when they changed nothing in it. */
    public PolicyPlan plan() {
        for (LocalPod pod : dirtyPods) {
            if (local.get(pod.pod.ref()) == pod) {
                attach(pod);
            }
        }
        dirtyPods.clear();
        attachHost();
        Attachment guard = Situation.outside(
                Stream.concat(Stream.of(onHost), local.values().stream().map(pod -> pod.attachment))
                        .toList());
        replace(outside, guard);
        outside = guard;
        release();
        for (ListKey key : dirtyLists) {
            PolicyList assembled = assembler.assemble(key);
            if (!assembled.equals(lists.put(key, assembled))) {
                plan = null;
            }
        }
        dirtyLists.clear();
        if (plan == null) {
            SortedMap<ObjectRef, Attachment> pods = new TreeMap<>();
            boolean reflects = outside.input().contains(ListKey.OUTSIDE_REFLECTION);
            local.forEach((ref, pod) -> pods.put(ref, Situation.effective(pod.attachment, reflects)));
            plan = new PolicyPlan(lists, pods, Situation.effective(onHost, reflects), outside);
        }
        return plan;
    }

    private void node(ObjectRef ref, Optional<Node> now) {
        peers.node(ref.name(), now);
        if (ref.name().equals(settings.node())) {
            tracker.node(now);
            SortedSet<IpAddress> addresses =
                    PolicyPlanner.ownNode(settings, now.map(Node::addresses).orElse(List.of()));
            if (!addresses.equals(ownNode)) {
                ownNode = addresses;
                listUses.keySet().stream().filter(ListKey::rendersPolicies).forEach(dirtyLists::add);
            }
        }
    }

    private void namespace(ObjectRef ref, Optional<Namespace> before, Optional<Namespace> now) {
        peers.namespace(ref.name(), now);
        if (before.filter(PolicyAnnotations::rejects).isPresent()
                != now.filter(PolicyAnnotations::rejects).isPresent()) {
            listUses.keySet().stream()
                    .filter(key -> key.isOfHost() || key.namespace().equals(ref.name()))
                    .forEach(dirtyLists::add);
        }
        for (LocalPod pod : local.values()) {
            if (pod.pod.namespace().equals(ref.name())) {
                clusterPolicies.values().forEach(policy -> select(pod, policy));
            }
        }
    }

    private void pod(ObjectRef ref, Optional<Pod> before, Optional<Pod> now) {
        peers.pod(before, now);
        if (tracker.pod(ref, now)) {
            dirtyLists.addAll(onHost.sender());
        }
        boolean isLocal =
                now.filter(pod -> Situation.isLocal(pod, settings.node())).isPresent();
        LocalPod old = local.get(ref);
        if (old != null && !isLocal) {
            local.remove(ref);
            replace(old.attachment, Attachment.NONE);
            plan = null;
        } else if (isLocal && (old == null || !sameSubject(old.pod, now.get()))) {
            LocalPod fresh = new LocalPod(now.get());
            fresh.attachment = old == null ? Attachment.NONE : old.attachment;
            local.put(ref, fresh);
            plan = old == null ? null : plan;
            policies.getOrDefault(ref.namespace(), new TreeMap<>()).values().forEach(policy -> select(fresh, policy));
            clusterPolicies.values().forEach(policy -> select(fresh, policy));
            dirtyPods.add(fresh);
        }
    }

    private static boolean sameSubject(Pod a, Pod b) {
        return a.labels().equals(b.labels()) && a.ports().equals(b.ports());
    }

    private void networkPolicy(ObjectRef ref, Optional<NetworkPolicy> now) {
        SortedMap<ObjectRef, NetworkPolicy> inNamespace =
                policies.computeIfAbsent(ref.namespace(), key -> new TreeMap<>());
        now.ifPresentOrElse(policy -> inNamespace.put(ref, policy), () -> inNamespace.remove(ref));
        forget(ref);
        tracker.policy(ref);
        for (LocalPod pod : local.values()) {
            if (pod.pod.namespace().equals(ref.namespace())) {
                now.ifPresent(policy -> select(pod, policy));
                if (now.isEmpty() && pod.policies.remove(ref) != null) {
                    dirtyPods.add(pod);
                }
            }
        }
    }

    private void clusterPolicy(ObjectRef ref, Optional<ClusterNetworkPolicy> now) {
        now.ifPresentOrElse(policy -> clusterPolicies.put(ref, policy), () -> clusterPolicies.remove(ref));
        forget(ref);
        for (LocalPod pod : local.values()) {
            now.ifPresent(policy -> select(pod, policy));
            if (now.isEmpty() && pod.clusterPolicies.remove(ref) != null) {
                dirtyPods.add(pod);
            }
        }
    }

    private void select(LocalPod pod, NetworkPolicy policy) {
        boolean selects = policy.podSelector().matches(pod.pod.labels());
        NetworkPolicy before = selects ? pod.policies.put(policy.ref(), policy) : pod.policies.remove(policy.ref());
        if (before != null || selects) {
            dirtyPods.add(pod);
        }
    }

    private void select(LocalPod pod, ClusterNetworkPolicy policy) {
        boolean selects = peers.selects(policy.subject().namespaces(), pod.pod.namespace())
                && policy.subject().pods().orElse(LabelSelector.EVERYTHING).matches(pod.pod.labels());
        ClusterNetworkPolicy before =
                selects ? pod.clusterPolicies.put(policy.ref(), policy) : pod.clusterPolicies.remove(policy.ref());
        if (before != null || selects) {
            dirtyPods.add(pod);
        }
    }

    private void attach(LocalPod pod) {
        Attachment fresh = Situation.attachment(
                Situation.key(pod.pod, Direction.INGRESS, pod.policies.values(), pod.clusterPolicies.values()),
                Situation.key(pod.pod, Direction.EGRESS, pod.policies.values(), pod.clusterPolicies.values()));
        replace(pod.attachment, fresh);
        pod.attachment = fresh;
    }

    private void attachHost() {
        HostSituation now = tracker.situation(
                namespace -> policies.getOrDefault(namespace, new TreeMap<>()).values());
        if (!now.equals(host)) {
            host = now;
            Attachment fresh = settings.hosts()
                    .map(optIn -> now.attachment(optIn.namespace()))
                    .orElse(Attachment.NONE);
            replace(onHost, fresh);
            onHost = fresh;
            keys(fresh).stream().filter(ListKey::isOfHost).forEach(dirtyLists::add);
        }
    }

    private void replace(Attachment before, Attachment now) {
        if (!before.equals(now)) {
            keys(now).forEach(this::use);
            keys(before).forEach(this::unuse);
            plan = null;
        }
    }

    private static List<ListKey> keys(Attachment attachment) {
        List<ListKey> keys = new ArrayList<>(attachment.input());
        keys.addAll(attachment.output());
        keys.addAll(attachment.sender());
        return keys;
    }

    private void use(ListKey key) {
        if (listUses.merge(key, 1, Integer::sum) == 1) {
            dirtyLists.add(key);
            key.policies().forEach(ref -> use(ref).lists.add(key));
        }
    }

    private void unuse(ListKey key) {
        if (listUses.merge(key, -1, Integer::sum) == 0) {
            listUses.remove(key);
            lists.remove(key);
            dirtyLists.remove(key);
            key.policies().forEach(ref -> use(ref).lists.remove(key));
        }
    }

    private PolicyUse use(ObjectRef policy) {
        return used.computeIfAbsent(policy, ref -> new PolicyUse());
    }

    /** Policies that are in no list any more are watched no longer. */
    private void release() {
        used.entrySet().removeIf(entry -> {
            boolean gone = entry.getValue().lists.isEmpty();
            if (gone) {
                peers.release(entry.getKey());
            }
            return gone;
        });
    }

    /** The policy itself has changed: its peers may be others. */
    private void forget(ObjectRef policy) {
        peers.release(policy);
        peersChanged(policy);
    }

    private void peersChanged(ObjectRef policy) {
        PolicyUse use = used.get(policy);
        if (use != null) {
            use.forget();
            dirtyLists.addAll(use.lists);
        }
    }

    /** What lists are put together from. */
    private final class Source implements PolicySource {
        @Override
        public NetworkPolicy networkPolicy(ObjectRef ref) {
            return (NetworkPolicy) object(ref, Kind.NETWORK_POLICY);
        }

        @Override
        public ClusterNetworkPolicy clusterPolicy(ObjectRef ref) {
            return (ClusterNetworkPolicy) object(ref, Kind.CLUSTER_NETWORK_POLICY);
        }

        private IntentObject object(ObjectRef ref, Kind kind) {
            IntentObject object = objects.get(ref);
            if (object == null) {
                throw new IllegalStateException(kind + " " + ref.qualifiedName() + " is in a list but was removed");
            }
            return object;
        }

        @Override
        public List<AclRule> permits(NetworkPolicy policy, Direction direction, List<PortName> names) {
            return use(policy.ref())
                    .permits
                    .computeIfAbsent(
                            new Part(direction, names),
                            part -> renderer(policy.ref()).render(policy, direction, names));
        }

        @Override
        public List<RuleRenderer.TierRule> tierRules(
                ClusterNetworkPolicy policy, Direction direction, List<PortName> names) {
            return use(policy.ref())
                    .tierRules
                    .computeIfAbsent(
                            new Part(direction, names),
                            part -> renderer(policy.ref()).render(policy, direction, names));
        }

        private RuleRenderer renderer(ObjectRef policy) {
            return new RuleRenderer(peers.peersFor(policy));
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
            return tracker.ownPods();
        }

        @Override
        public boolean rejects(String namespace) {
            return peers.rejects(namespace);
        }
    }
}
