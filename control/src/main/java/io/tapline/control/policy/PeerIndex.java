// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Keeps the peers of all policies that matter on a node, and tells which policies a change concerns. The pods that a
 * scope may hold are found by namespace or label, and so are the scopes that may hold a pod: a change looks at those
 * only.
 */
final class PeerIndex {
    private final Consumer<ObjectRef> onChange;
    private final Map<String, Namespace> namespaces = new HashMap<>();
    private final SortedMap<String, Node> nodes = new TreeMap<>();
    private final Map<String, Map<ObjectRef, Pod>> byNamespace = new HashMap<>();
    private final Map<Label, Map<ObjectRef, Pod>> byLabel = new HashMap<>();
    private final Map<IpAddress, Set<ObjectRef>> claims = new HashMap<>();
    /** Addresses that more than one pod claims: hardly ever any, and asked for with every address of a peer. */
    private final Set<IpAddress> contested = new HashSet<>();

    private final Map<PodScope, ScopeMembers> scopes = new HashMap<>();
    private final Map<String, Set<ScopeMembers>> scopesOfNamespace = new HashMap<>();
    private final Map<Label, Set<ScopeMembers>> scopesOfLabel = new HashMap<>();
    private final Set<ScopeMembers> broadScopes = new HashSet<>();
    private final Set<ObjectRef> nodeUsers = new HashSet<>();

    private record Label(String key, String value) {}

    /** An index of nothing that tells {@code onChange} each policy whose peers change. */
    PeerIndex(Consumer<ObjectRef> onChange) {
        this.onChange = onChange;
    }

    /** The peers of one policy, from now on watched for it. */
    Peers peersFor(ObjectRef policy) {
        return new Peers() {
            @Override
            public List<IpPrefix> blocks(PodScope scope, boolean denies) {
                ScopeMembers members = watch(policy, scope);
                return denies ? members.denying() : members.allowing(PeerIndex.this::isSole);
            }

            @Override
            public SortedMap<Integer, List<IpPrefix>> blocksByPort(
                    PodScope scope, String name, Protocol protocol, boolean denies) {
                return watch(policy, scope).byPort(name, protocol, address -> denies || isSole(address));
            }

            @Override
            public List<IpPrefix> nodes(LabelSelector selector) {
                nodeUsers.add(policy);
                return nodes.values().stream()
                        .filter(node -> selector.matches(node.labels()))
                        .flatMap(node -> node.addresses().stream())
                        .sorted()
                        .distinct()
                        .map(IpPrefix::host)
                        .toList();
            }
        };
    }

    /** Stops watching for a policy; scopes that nobody watches any more go. */
    void release(ObjectRef policy) {
        nodeUsers.remove(policy);
        scopes.values().removeIf(members -> {
            members.users.remove(policy);
            boolean gone = members.users.isEmpty();
            if (gone) {
                homes(members).remove(members);
            }
            return gone;
        });
    }

    boolean selects(LabelSelector selector, String namespace) {
        Namespace declared = namespaces.get(namespace);
        return declared != null && selector.matches(declared.labels());
    }

    boolean rejects(String namespace) {
        Namespace declared = namespaces.get(namespace);
        return declared != null && PolicyAnnotations.rejects(declared);
    }

    /** Takes over a node, or its end. */
    void node(String name, Optional<Node> now) {
        now.ifPresentOrElse(node -> nodes.put(name, node), () -> nodes.remove(name));
        List.copyOf(nodeUsers).forEach(onChange);
    }

    /** Takes over a namespace, or its end. */
    void namespace(String name, Optional<Namespace> now) {
        Optional<Namespace> before = Optional.ofNullable(namespaces.get(name));
        now.ifPresentOrElse(namespace -> namespaces.put(name, namespace), () -> namespaces.remove(name));
        Collection<Pod> pods = byNamespace.getOrDefault(name, Map.of()).values();
        if (pods.isEmpty() || before.map(Namespace::labels).equals(now.map(Namespace::labels))) {
            return;
        }
        for (ScopeMembers members : List.copyOf(scopes.values())) {
            if (members.scope.namespaces().isPresent()) {
                LabelSelector selector = members.scope.namespaces().get();
                boolean was =
                        before.map(Namespace::labels).filter(selector::matches).isPresent();
                boolean is =
                        now.map(Namespace::labels).filter(selector::matches).isPresent();
                if (was != is) {
                    pods.forEach(pod -> place(members, pod, is));
                    changed(members);
                }
            }
        }
    }

    /** Takes over a pod as far as it is on the network, or its end. */
    void pod(Optional<Pod> before, Optional<Pod> now) {
        Optional<Pod> old = before.filter(Pod::isOnNetwork);
        Optional<Pod> fresh = now.filter(Pod::isOnNetwork);
        if (old.map(PeerIndex::face).equals(fresh.map(PeerIndex::face))) {
            return;
        }
        Set<ScopeMembers> touched = new HashSet<>();
        old.ifPresent(pod -> {
            index(pod, false);
            touched.addAll(candidates(pod));
        });
        fresh.ifPresent(pod -> {
            index(pod, true);
            touched.addAll(candidates(pod));
        });
        Set<ScopeMembers> changed = new HashSet<>();
        for (ScopeMembers members : touched) {
            boolean was = old.isPresent() && members.contains(old.get().ref());
            boolean is = fresh.isPresent() && holds(members.scope, fresh.get());
            if (was && !is) {
                members.remove(old.get().ref());
                changed.add(members);
            } else if (is) {
                members.put(fresh.get());
                changed.add(members);
            }
        }
        rivals(old, fresh).forEach(ref -> scopesWith(ref, changed));
        changed.forEach(this::changed);
    }

    /** What of a pod peers depend on. */
    private static List<Object> face(Pod pod) {
        return List.of(pod.labels(), pod.addresses(), pod.ports());
    }

    /** Other pods that claim an address of the pod before or after the change. */
    private Set<ObjectRef> rivals(Optional<Pod> old, Optional<Pod> fresh) {
        Set<ObjectRef> rivals = new HashSet<>();
        for (Optional<Pod> pod : List.of(old, fresh)) {
            pod.ifPresent(p -> p.addresses().forEach(address -> rivals.addAll(claims.getOrDefault(address, Set.of()))));
        }
        old.or(() -> fresh).ifPresent(pod -> rivals.remove(pod.ref()));
        return rivals;
    }

    private void scopesWith(ObjectRef ref, Set<ScopeMembers> found) {
        Pod pod = byNamespace.getOrDefault(ref.namespace(), Map.of()).get(ref);
        if (pod != null) {
            candidates(pod).stream().filter(members -> members.contains(ref)).forEach(found::add);
        }
    }

    private void changed(ScopeMembers members) {
        members.forget();
        List.copyOf(members.users).forEach(onChange);
    }

    private void index(Pod pod, boolean add) {
        update(byNamespace, pod.namespace(), pod, add);
        pod.labels().forEach((key, value) -> update(byLabel, new Label(key, value), pod, add));
        for (IpAddress address : Set.copyOf(pod.addresses())) {
            Set<ObjectRef> claimants = claims.computeIfAbsent(address, key -> new HashSet<>(2));
            if (add) {
                claimants.add(pod.ref());
            } else {
                claimants.remove(pod.ref());
            }
            if (claimants.isEmpty()) {
                claims.remove(address);
            }
            if (claimants.size() > 1) {
                contested.add(address);
            } else {
                contested.remove(address);
            }
        }
    }

    private static <K> void update(Map<K, Map<ObjectRef, Pod>> index, K key, Pod pod, boolean add) {
        if (add) {
            index.computeIfAbsent(key, k -> new HashMap<>()).put(pod.ref(), pod);
            return;
        }
        Map<ObjectRef, Pod> pods = index.getOrDefault(key, new HashMap<>());
        pods.remove(pod.ref());
        if (pods.isEmpty()) {
            index.remove(key);
        }
    }

    private boolean isSole(IpAddress address) {
        return !contested.contains(address);
    }

    private ScopeMembers watch(ObjectRef policy, PodScope scope) {
        ScopeMembers members = scopes.computeIfAbsent(scope, this::open);
        members.users.add(policy);
        return members;
    }

    private ScopeMembers open(PodScope scope) {
        ScopeMembers members = new ScopeMembers(scope);
        homes(members).add(members);
        smallestPool(scope).stream().filter(pod -> holds(scope, pod)).forEach(members::put);
        return members;
    }

    /** Pods among which are all of the scope: one namespace, one label, or everything. */
    private Collection<Pod> smallestPool(PodScope scope) {
        Map<ObjectRef, Pod> pool = null;
        if (scope.namespace().isPresent()) {
            pool = byNamespace.getOrDefault(scope.namespace().get(), Map.of());
        }
        for (Map.Entry<String, String> label : scope.pods().matchLabels().entrySet()) {
            Map<ObjectRef, Pod> labelled = byLabel.getOrDefault(new Label(label.getKey(), label.getValue()), Map.of());
            pool = pool == null || labelled.size() < pool.size() ? labelled : pool;
        }
        return pool != null
                ? pool.values()
                : byNamespace.values().stream()
                        .flatMap(pods -> pods.values().stream())
                        .toList();
    }

    /** Where a scope is found when a pod changes. */
    private Set<ScopeMembers> homes(ScopeMembers members) {
        PodScope scope = members.scope;
        if (scope.namespace().isPresent()) {
            return scopesOfNamespace.computeIfAbsent(scope.namespace().get(), key -> new HashSet<>());
        }
        if (scope.pods().matchLabels().isEmpty()) {
            return broadScopes;
        }
        Map.Entry<String, String> label = scope.pods().matchLabels().firstEntry();
        return scopesOfLabel.computeIfAbsent(new Label(label.getKey(), label.getValue()), key -> new HashSet<>());
    }

    /** Every scope that may hold a pod. */
    private Set<ScopeMembers> candidates(Pod pod) {
        Set<ScopeMembers> found = new HashSet<>(broadScopes);
        found.addAll(scopesOfNamespace.getOrDefault(pod.namespace(), Set.of()));
        pod.labels().forEach((key, value) -> found.addAll(scopesOfLabel.getOrDefault(new Label(key, value), Set.of())));
        return found;
    }

    private boolean holds(PodScope scope, Pod pod) {
        return scope.namespace().map(pod.namespace()::equals).orElse(true)
                && scope.namespaces()
                        .map(selector -> selects(selector, pod.namespace()))
                        .orElse(true)
                && scope.pods().matches(pod.labels());
    }

    private static void place(ScopeMembers members, Pod pod, boolean inNamespace) {
        if (inNamespace && members.scope.pods().matches(pod.labels())) {
            members.put(pod);
        } else if (!inNamespace) {
            members.remove(pod.ref());
        }
    }
}
