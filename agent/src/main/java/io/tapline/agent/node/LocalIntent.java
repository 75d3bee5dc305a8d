// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

import io.tapline.control.ipam.NodeAddresses;
import io.tapline.control.node.AccessPlan;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.node.NodeSettings;
import io.tapline.control.node.PolicyAccess;
import io.tapline.control.policy.PolicySettings;
import io.tapline.control.service.EndpointController;
import io.tapline.control.service.ServicePlan;
import io.tapline.control.service.ServicePlanner;
import io.tapline.control.service.ServiceScope;
import io.tapline.control.service.ServiceScope.Tables;
import io.tapline.model.EndpointSlice;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.Labels;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is declared, as it is on this node: a pod that is attached here has the address that it was given here, whatever
 * its object says, and is on the network also when nobody declared it.
 *
 * <p>The planners hear of what has changed only, so that a pod that comes or goes costs what it touches and not what
 * the cluster holds.
 *
 * <p>Threading: the event loop.
 */
final class LocalIntent {
    private final String node;
    private final PolicyAccess access;
    private final NodeSettings settings;
    private ServicePlanner services;
    private String zone = "";
    /** What the planners know. */
    private final NavigableMap<ObjectRef, IntentObject> fed = new TreeMap<>();
    /** Slices of services that nobody made any for. */
    private final NavigableMap<ObjectRef, EndpointSlice> made = new TreeMap<>();
    /** What may have to be fed anew. */
    private final Set<ObjectRef> dirty = new TreeSet<>();

    private Map<ObjectRef, Attachment> attached = Map.of();
    private Intent declared = Intent.EMPTY;

    /** Nothing declared yet, on a node with these settings. */
    LocalIntent(NodeOptions options, NodeSettings settings) {
        NodeAddresses addresses = settings.addresses();
        List<IpAddress> host = Stream.concat(Stream.of(addresses.host().address()), settings.hostAddresses().stream())
                .toList();
        this.node = options.name();
        this.settings = settings;
        this.access = new PolicyAccess(PolicySettings.of(node)
                .withNatLoopbacks(List.of(addresses.natLoopback()))
                .withHostAddresses(host)
                .withOnChange(options.onPolicyChange())
                .withHosts(options.hostPolicies()));
        this.services = new ServicePlanner(scope());
    }

    private ServiceScope scope() {
        Tables tables = new Tables(
                settings.addresses().plan().pods(),
                settings.tablesByPrefix(),
                settings.tables().main());
        return new ServiceScope(node, zone, settings.hostAddresses(), 1, tables);
    }

    Intent declared() {
        return declared;
    }

    /** Replaces what is declared; how many objects are new, changed or gone. */
    int declare(Intent intent) {
        List<ObjectRef> differences = Stream.concat(
                        declared.objects().stream()
                                .map(IntentObject::ref)
                                .filter(ref -> intent.find(ref).isEmpty()),
                        intent.objects().stream()
                                .filter(object -> !declared.find(object.ref()).equals(Optional.of(object)))
                                .map(IntentObject::ref))
                .toList();
        dirty.addAll(differences);
        declared = intent;
        return differences.size();
    }

    /** The services, as of the last {@link #access}. */
    ServicePlan services() {
        return services.plan();
    }

    /** The access lists with these pods attached. */
    AccessPlan access(List<Attachment> attachments) {
        Map<ObjectRef, Attachment> now = HashMap.newHashMap(attachments.size());
        Map<Integer, ObjectRef> interfaces = HashMap.newHashMap(attachments.size());
        for (Attachment attachment : attachments) {
            now.put(attachment.ref(), attachment);
            interfaces.put(attachment.interfaceIndex(), attachment.ref());
        }
        attached.keySet().stream().filter(ref -> !now.containsKey(ref)).forEach(dirty::add);
        now.forEach((ref, attachment) -> {
            if (!attachment.equals(attached.get(ref))) {
                dirty.add(ref);
            }
        });
        attached = now;
        followZone();
        followChanges();
        return access.plan(interfaces, Set.of(NodePlanner.UPLINK_INTERFACE));
    }

    private void followChanges() {
        Set<String> namespaces = new TreeSet<>();
        for (ObjectRef ref : dirty) {
            if (ref.kind() == Kind.POD || ref.kind() == Kind.SERVICE || ref.kind() == Kind.ENDPOINT_SLICE) {
                namespaces.add(ref.namespace());
            }
        }
        dirty.forEach(this::follow);
        dirty.clear();
        namespaces.forEach(this::followEndpoints);
    }

    private void follow(ObjectRef ref) {
        Optional<IntentObject> wanted = wanted(ref);
        if (wanted.isEmpty()) {
            if (fed.remove(ref) != null) {
                feed(new IntentChange.Remove(ref));
            }
        } else if (!wanted.get().equals(fed.put(ref, wanted.get()))) {
            feed(new IntentChange.Put(wanted.get()));
        }
    }

    private Optional<IntentObject> wanted(ObjectRef ref) {
        if (made.containsKey(ref)) {
            return Optional.ofNullable(made.get(ref));
        }
        Attachment attachment = attached.get(ref);
        Optional<IntentObject> object = declared.find(ref);
        return attachment == null ? object : Optional.of(here(attachment, object));
    }

    /** No controller makes slices from manifests: makes those of a namespace. */
    private void followEndpoints(String namespace) {
        Set<ObjectRef> stale =
                new TreeSet<>(ObjectRef.in(made, Kind.ENDPOINT_SLICE, namespace).keySet());
        List<IntentObject> parts =
                new ArrayList<>(ObjectRef.in(fed, Kind.SERVICE, namespace).values());
        if (parts.isEmpty() && stale.isEmpty()) {
            return;
        }
        if (!parts.isEmpty()) {
            parts.addAll(ObjectRef.in(fed, Kind.POD, namespace).values());
            parts.addAll(declared.in(Kind.ENDPOINT_SLICE, namespace));
        }
        made.keySet().removeAll(stale);
        for (EndpointSlice slice : EndpointController.slices(Intent.of(parts))) {
            made.put(slice.ref(), slice);
            follow(slice.ref());
        }
        stale.forEach(this::follow);
    }

    /** In another zone other endpoints are near: all services are planned anew. */
    private void followZone() {
        String now = declared.node(node)
                .map(object -> object.labels().getOrDefault(Labels.ZONE, ""))
                .orElse("");
        if (!now.equals(zone)) {
            zone = now;
            services = new ServicePlanner(scope());
            fed.values().forEach(object -> services.accept(new IntentChange.Put(object)));
        }
    }

    private void feed(IntentChange change) {
        access.apply(change);
        services.accept(change);
    }

    private Pod here(Attachment attachment, Optional<IntentObject> object) {
        Pod pod = object.map(Pod.class::cast).orElseGet(() -> undeclared(attachment.ref()));
        List<IpAddress> addresses = List.of(attachment.address());
        return new Pod(
                pod.namespace(),
                pod.name(),
                pod.labels(),
                pod.annotations(),
                node,
                addresses,
                false,
                pod.ports(),
                Pod.Phase.RUNNING);
    }

    private Pod undeclared(ObjectRef ref) {
        return new Pod(
                ref.namespace(), ref.name(), Map.of(), Map.of(), node, List.of(), false, List.of(), Pod.Phase.RUNNING);
    }
}
