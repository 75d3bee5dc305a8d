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
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.Labels;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is declared, as it is on this node: a pod that is attached here has the address that it was given here, whatever
 * its object says, and is on the network also when nobody declared it.
 *
 * <p>Threading: the event loop.
 */
final class LocalIntent {
    private final String node;
    private final PolicyAccess access;
    private final NodeSettings settings;
    private ServicePlanner services;
    private String zone = "";
    private final Map<ObjectRef, IntentObject> fed = new HashMap<>();
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
        long gone = declared.objects().stream()
                .filter(object -> intent.find(object.ref()).isEmpty())
                .count();
        long changed = intent.objects().stream()
                .filter(object -> !declared.find(object.ref()).equals(Optional.of(object)))
                .count();
        declared = intent;
        return Math.toIntExact(gone + changed);
    }

    /** The services, as of the last {@link #access}. */
    ServicePlan services() {
        return services.plan();
    }

    /** The access lists with these pods attached. */
    AccessPlan access(List<Attachment> attached) {
        Map<ObjectRef, IntentObject> wanted = new TreeMap<>();
        declared.objects().forEach(object -> wanted.put(object.ref(), object));
        Map<Integer, ObjectRef> interfaces = new HashMap<>();
        for (Attachment attachment : attached) {
            wanted.compute(attachment.ref(), (ref, object) -> here(attachment, Optional.ofNullable(object)));
            interfaces.put(attachment.interfaceIndex(), attachment.ref());
        }
        // No controller makes slices from manifests.
        EndpointController.slices(Intent.of(wanted.values())).forEach(slice -> wanted.put(slice.ref(), slice));
        followZone();
        for (ObjectRef ref : List.copyOf(fed.keySet())) {
            if (!wanted.containsKey(ref)) {
                fed.remove(ref);
                feed(new IntentChange.Remove(ref));
            }
        }
        wanted.forEach((ref, object) -> {
            if (!object.equals(fed.put(ref, object))) {
                feed(new IntentChange.Put(object));
            }
        });
        return access.plan(interfaces, Set.of(NodePlanner.UPLINK_INTERFACE));
    }

    /** In another zone other endpoints are near: all services are planned anew. */
    private void followZone() {
        String now = declared.find(new ObjectRef(Kind.NODE, "", node))
                .map(object -> ((Node) object).labels().getOrDefault(Labels.ZONE, ""))
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
