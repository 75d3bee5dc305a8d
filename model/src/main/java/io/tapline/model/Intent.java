// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Everything that is declared at one moment. Immutable; iteration is in the order of {@link ObjectRef}, whatever the
 * order of arrival was.
 */
public final class Intent {
    /** Nothing declared. */
    public static final Intent EMPTY = new Intent(new TreeMap<>());

    private final NavigableMap<ObjectRef, IntentObject> objects;

    private Intent(NavigableMap<ObjectRef, IntentObject> objects) {
        this.objects = Collections.unmodifiableNavigableMap(objects);
    }

    /** An intent of these objects; of two with the same identity the later one counts. */
    public static Intent of(Collection<? extends IntentObject> objects) {
        NavigableMap<ObjectRef, IntentObject> map = new TreeMap<>();
        objects.forEach(object -> map.put(object.ref(), object));
        return new Intent(map);
    }

    /** This intent after a change. Copies the map: for tests and single steps, not for a stream of events. */
    public Intent with(IntentChange change) {
        NavigableMap<ObjectRef, IntentObject> map = new TreeMap<>(objects);
        switch (change) {
            case IntentChange.Put put -> map.put(put.ref(), put.object());
            case IntentChange.Remove remove -> map.remove(remove.ref());
        }
        return new Intent(map);
    }

    /** The object of this identity. */
    public Optional<IntentObject> find(ObjectRef ref) {
        return Optional.ofNullable(objects.get(ref));
    }

    /** The objects of a kind and namespace, by name. */
    public Collection<IntentObject> in(Kind kind, String namespace) {
        return ObjectRef.in(objects, kind, namespace).values();
    }

    /** All objects, ordered by identity. */
    public Collection<IntentObject> objects() {
        return objects.values();
    }

    /** The node of this name. */
    public Optional<Node> node(String name) {
        return find(new ObjectRef(Kind.NODE, "", name)).map(Node.class::cast);
    }

    /** Nodes by name. */
    public Stream<Node> nodes() {
        return all(Kind.NODE, Node.class::cast);
    }

    /** Namespaces by name. */
    public Stream<Namespace> namespaces() {
        return all(Kind.NAMESPACE, Namespace.class::cast);
    }

    /** Pods by namespace and name. */
    public Stream<Pod> pods() {
        return all(Kind.POD, Pod.class::cast);
    }

    /** Services by namespace and name. */
    public Stream<Service> services() {
        return all(Kind.SERVICE, Service.class::cast);
    }

    /** Endpoint slices by namespace and name. */
    public Stream<EndpointSlice> endpointSlices() {
        return all(Kind.ENDPOINT_SLICE, EndpointSlice.class::cast);
    }

    /** Network policies by namespace and name. */
    public Stream<NetworkPolicy> networkPolicies() {
        return all(Kind.NETWORK_POLICY, NetworkPolicy.class::cast);
    }

    /** Cluster-scoped policies by name. */
    public Stream<ClusterNetworkPolicy> clusterNetworkPolicies() {
        return all(Kind.CLUSTER_NETWORK_POLICY, ClusterNetworkPolicy.class::cast);
    }

    private <T extends IntentObject> Stream<T> all(Kind kind, Function<IntentObject, T> cast) {
        ObjectRef first = new ObjectRef(kind, "", "");
        return objects.tailMap(first, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().kind() == kind)
                .map(entry -> cast.apply(entry.getValue()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Intent intent && objects.equals(intent.objects);
    }

    @Override
    public int hashCode() {
        return objects.hashCode();
    }

    @Override
    public String toString() {
        return "Intent" + objects.keySet();
    }
}
