// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import io.tapline.model.Intent;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.Namespace;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Protocol;
import io.tapline.source.ManifestReader;
import io.tapline.source.Manifests;
import io.tapline.source.Problem;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.Value;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The cluster of a policy case, changed by its steps. */
final class CaseWorld {
    private static final String[] POD_KEYS = {
        "kind", "namespace", "name", "ips", "node", "labels", "ports", "hostNetwork"
    };

    private final String file;
    private final Map<ObjectRef, IntentObject> objects = new LinkedHashMap<>();
    private final Map<String, List<IpAddress>> outside = new LinkedHashMap<>();
    private final Map<String, List<IpAddress>> nodes = new TreeMap<>();

    /**
     * An endpoint of a matrix.
     *
     * @param onNetwork whether it is a pod with addresses of its own; others are not probed among each other
     */
    record Endpoint(List<IpAddress> addresses, boolean onNetwork) {
        Optional<IpAddress> address(boolean ipv6) {
            return addresses.stream()
                    .filter(address -> address.isIpv4() != ipv6)
                    .findFirst();
        }
    }

    CaseWorld(String file, Value cluster) {
        this.file = file;
        Fields fields = cluster.fields("namespaces", "endpoints");
        fields.list("namespaces").forEach(this::namespace);
        fields.list("endpoints").forEach(this::endpoint);
    }

    /** The objects as they are now. A node has its own addresses and those of its host-network pods. */
    Intent intent() {
        List<IntentObject> all = new ArrayList<>(objects.values());
        Map<String, Set<IpAddress>> addresses = new TreeMap<>();
        nodes.forEach((name, ips) -> addresses.put(name, new LinkedHashSet<>(ips)));
        for (IntentObject object : objects.values()) {
            if (object instanceof Pod pod) {
                Set<IpAddress> own = addresses.computeIfAbsent(pod.node(), node -> new LinkedHashSet<>());
                if (pod.hostNetwork()) {
                    own.addAll(pod.addresses());
                }
            }
        }
        addresses.forEach((name, ips) -> all.add(new Node(name, Map.of(), List.copyOf(ips), List.of())));
        return Intent.of(all);
    }

    /** The endpoint that a matrix calls {@code namespace/pod}, {@code ext:name} or {@code node:name}. */
    Endpoint endpoint(Value place, String label) {
        List<IpAddress> addresses = label.startsWith("ext:")
                ? outside.get(label.substring(4))
                : label.startsWith("node:") ? nodes.get(label.substring(5)) : null;
        if (addresses != null) {
            return new Endpoint(addresses, false);
        }
        if (objects.get(podRef(place, label)) instanceof Pod pod) {
            return new Endpoint(pod.addresses(), pod.isOnNetwork());
        }
        throw place.mistake("there is no endpoint '" + label + "'");
    }

    /** Carries out one action of a step. */
    void act(Value action) {
        Map<String, Value> entries = action.entries();
        if (entries.size() != 1) {
            throw action.mistake("an action has exactly one key, not " + entries.size());
        }
        Value value = entries.values().iterator().next();
        String verb = entries.keySet().iterator().next();
        switch (verb) {
            case "applyPolicy" -> apply(value);
            case "deletePolicy" -> deletePolicy(value);
            case "setNamespaceLabels" -> namespaceLabels(value.fields("namespace", "name", "labels"));
            case "setPodLabels" -> podLabels(value.fields("pod", "namespace", "name", "labels"));
            case "createNamespace" -> namespace(value);
            case "deleteNamespace" -> deleteNamespace(name(value));
            case "createPod" -> endpoint(value);
            case "deletePod" -> remove(value, podRef(value));
            default ->
                throw action.mistake("'" + verb + "' is no action; write applyPolicy, deletePolicy, setNamespaceLabels,"
                        + " setPodLabels, createNamespace, deleteNamespace, createPod or deletePod");
        }
    }

    private void apply(Value policy) {
        Manifests manifests = ManifestReader.object(file, policy);
        if (manifests.hasErrors()) {
            Problem first = manifests.errors().getFirst();
            throw policy.mistake(first.object() + ": " + first.field() + ": " + first.message());
        }
        manifests.objects().forEach(object -> objects.put(object.ref(), object));
    }

    private void deletePolicy(Value value) {
        Fields fields = value.fields("namespace", "name");
        String name = fields.required("name").text();
        Optional<Value> namespace = fields.optional("namespace");
        remove(
                value,
                namespace.isPresent()
                        ? new ObjectRef(Kind.NETWORK_POLICY, namespace.get().text(), name)
                        : new ObjectRef(Kind.CLUSTER_NETWORK_POLICY, "", name));
    }

    private void namespaceLabels(Fields fields) {
        String name =
                fields.required(fields.has("namespace") ? "namespace" : "name").text();
        objects.put(new ObjectRef(Kind.NAMESPACE, "", name), new Namespace(name, labels(fields), Map.of()));
    }

    private void podLabels(Fields fields) {
        ObjectRef ref = podRef(fields);
        if (!(objects.get(ref) instanceof Pod pod)) {
            throw fields.mistake("there is no " + ref);
        }
        objects.put(
                ref,
                new Pod(
                        pod.namespace(),
                        pod.name(),
                        labels(fields),
                        pod.annotations(),
                        pod.node(),
                        pod.addresses(),
                        pod.hostNetwork(),
                        pod.ports(),
                        pod.phase()));
    }

    private void deleteNamespace(String name) {
        objects.keySet()
                .removeIf(ref -> ref.namespace().equals(name) || ref.equals(new ObjectRef(Kind.NAMESPACE, "", name)));
    }

    private void remove(Value place, ObjectRef ref) {
        if (objects.remove(ref) == null) {
            throw place.mistake("there is no " + ref);
        }
    }

    private static String name(Value value) {
        return value.isMap() ? value.fields("name").required("name").text() : value.text();
    }

    private ObjectRef podRef(Value value) {
        return value.isMap() ? podRef(value.fields("pod", "namespace", "name")) : podRef(value, value.text());
    }

    private static ObjectRef podRef(Fields fields) {
        if (fields.has("pod")) {
            return podRef(fields.required("pod"), fields.required("pod").text());
        }
        return new ObjectRef(
                Kind.POD,
                fields.required("namespace").text(),
                fields.required("name").text());
    }

    private static ObjectRef podRef(Value place, String qualified) {
        int slash = qualified.indexOf('/');
        if (slash < 0) {
            throw place.mistake("'" + qualified + "' is not a pod; write NAMESPACE/NAME");
        }
        return new ObjectRef(Kind.POD, qualified.substring(0, slash), qualified.substring(slash + 1));
    }

    private void namespace(Value value) {
        Fields fields = value.fields("name", "labels");
        String name = fields.required("name").text();
        objects.put(new ObjectRef(Kind.NAMESPACE, "", name), new Namespace(name, labels(fields), Map.of()));
    }

    private void endpoint(Value value) {
        Fields fields = value.fields(POD_KEYS);
        String name = fields.required("name").text();
        List<IpAddress> addresses =
                fields.list("ips").stream().map(ip -> ip.as(IpAddress::parse)).toList();
        switch (fields.optional("kind").map(Value::text).orElse("pod")) {
            case "ext" -> outside.put(name, addresses);
            case "node" -> nodes.put(name, addresses);
            case "pod" -> pod(fields, name, addresses);
            default -> throw fields.required("kind").mistake("must be pod, ext or node");
        }
    }

    private void pod(Fields fields, String name, List<IpAddress> addresses) {
        Pod pod = new Pod(
                fields.required("namespace").text(),
                name,
                labels(fields),
                Map.of(),
                fields.optional("node").map(Value::text).orElse("node-1"),
                addresses,
                fields.optional("hostNetwork").map(Value::flag).orElse(false),
                fields.list("ports").stream().map(CaseWorld::port).toList(),
                Pod.Phase.RUNNING);
        objects.put(pod.ref(), pod);
    }

    private static ContainerPort port(Value value) {
        Fields fields = value.fields("name", "containerPort", "protocol");
        return ContainerPort.of(
                fields.optional("name").map(Value::text).orElse(""),
                fields.optional("protocol")
                        .map(word -> word.as(Protocol::valueOf))
                        .orElse(Protocol.TCP),
                fields.required("containerPort").number(1, 65535));
    }

    private static Map<String, String> labels(Fields fields) {
        Map<String, String> labels = new TreeMap<>();
        fields.optional("labels")
                .map(Value::entries)
                .orElse(Map.of())
                .forEach((key, value) -> labels.put(key, value.isNull() ? "" : value.text()));
        return labels;
    }

    /** A mistake of the file as people read it. */
    static String text(String file, Mistake mistake) {
        return file + ":" + mistake.place() + mistake.explanation();
    }
}
