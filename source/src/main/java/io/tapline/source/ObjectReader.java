// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.Namespace;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Mistake;
import io.tapline.source.yaml.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the objects of one file, by API version and kind. */
final class ObjectReader {
    private static final Set<String> TOP = Set.of("apiVersion", "kind", "metadata", "spec", "status");
    private static final Set<String> SLICE_TOP =
            Set.of("apiVersion", "kind", "metadata", "addressType", "endpoints", "ports");
    private static final Set<String> ITEMS = Set.of("apiVersion", "kind", "metadata", "items");

    private interface Reader {
        IntentObject read(Report report, Metadata metadata, Fields object);
    }

    private record Type(Kind kind, Reader reader) {}

    private static final Map<String, Type> TYPES = Map.of(
            "v1/Pod", new Type(Kind.POD, (report, metadata, object) -> new PodReader(report).read(metadata, object)),
            "v1/Node", new Type(Kind.NODE, (report, metadata, object) -> new NodeReader(report).read(metadata, object)),
            "v1/Namespace",
                    new Type(
                            Kind.NAMESPACE,
                            (report, metadata, object) ->
                                    new Namespace(metadata.name(), metadata.labels(), metadata.annotations())),
            "v1/Service",
                    new Type(
                            Kind.SERVICE,
                            (report, metadata, object) -> new ServiceReader(report).read(metadata, object)),
            "discovery.k8s.io/v1/EndpointSlice",
                    new Type(
                            Kind.ENDPOINT_SLICE,
                            (report, metadata, object) -> new EndpointSliceReader(report).read(metadata, object)),
            "networking.k8s.io/v1/NetworkPolicy",
                    new Type(
                            Kind.NETWORK_POLICY,
                            (report, metadata, object) ->
                                    new NetworkPolicyReader(report).read(metadata, object.optional("spec"))),
            "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy",
                    new Type(
                            Kind.CLUSTER_NETWORK_POLICY,
                            (report, metadata, object) ->
                                    ClusterPolicyReader.v1alpha2(report).read(metadata, object)),
            "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy",
                    new Type(
                            Kind.CLUSTER_NETWORK_POLICY,
                            (report, metadata, object) ->
                                    ClusterPolicyReader.admin(report).read(metadata, object)),
            "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy",
                    new Type(
                            Kind.CLUSTER_NETWORK_POLICY,
                            (report, metadata, object) ->
                                    ClusterPolicyReader.baseline(report).read(metadata, object)));

    /** Groups whose kinds are ours: another version of them is a mistake, not something to pass over. */
    private static final Set<String> GROUPS =
            Set.of("", "discovery.k8s.io", "networking.k8s.io", "policy.networking.k8s.io");

    private final String file;
    private final List<Manifests.Located> objects = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, List<Value>> leftOut = new LinkedHashMap<>();

    ObjectReader(String file) {
        this.file = file;
    }

    /** Reads one document: an object, or a list of them. A document without content is passed over. */
    void read(Value document) {
        if (!document.isNull()) {
            Report report = new Report(file);
            try {
                object(report, document);
            } catch (Mistake e) {
                report.error(e);
            }
            problems.addAll(report.problems());
        }
    }

    /** A mistake of the file as a whole. */
    void fail(Mistake mistake) {
        Report report = new Report(file);
        report.error(mistake);
        problems.addAll(report.problems());
    }

    Manifests result() {
        leftOut.forEach((type, places) -> problems.add(new Problem(
                Problem.Severity.WARNING,
                file,
                places.getFirst().place().line(),
                "",
                "",
                "left out " + (places.size() == 1 ? "an object" : places.size() + " objects") + " of the kind " + type
                        + ", which the network does not need")));
        problems.sort(Comparator.comparingInt(Problem::line));
        return new Manifests(objects, problems);
    }

    private void object(Report report, Value value) {
        Fields head = Report.some(value);
        String kind = head.required("kind").string();
        String version = head.required("apiVersion").string();
        report.about(kind);
        if (kind.endsWith("List") && head.has("items") && !TYPES.containsKey(version + "/" + kind)) {
            items(report, report.fields(value, ITEMS), kind, version);
            return;
        }
        Type type = TYPES.get(version + "/" + kind);
        if (type == null) {
            passOver(value, kind, version);
            return;
        }
        read(report, value, kind, type);
    }

    private void read(Report report, Value value, String kind, Type type) {
        Set<String> known = type.kind() == Kind.ENDPOINT_SLICE ? SLICE_TOP : TOP;
        List<Mistake> unknown = new ArrayList<>();
        Fields fields = value.fields(known, unknown::add);
        Metadata metadata = Metadata.read(report, type.kind(), kind, fields);
        unknown.forEach(report::warn);
        Optional<IntentObject> object = object(report, value, type, metadata, fields);
        if (!report.hasErrors()) {
            object.ifPresent(read ->
                    objects.add(new Manifests.Located(read, file, value.place().line())));
        }
    }

    /** What a record refuses by itself is a mistake too, unless it is a stand-in for something wrong already. */
    private static Optional<IntentObject> object(
            Report report, Value value, Type type, Metadata metadata, Fields fields) {
        try {
            return Optional.of(type.reader().read(report, metadata, fields));
        } catch (Mistake e) {
            report.error(e);
        } catch (IllegalArgumentException e) {
            if (!report.hasErrors()) {
                report.error(value.mistake(String.valueOf(e.getMessage())));
            }
        }
        return Optional.empty();
    }

    /** The elements of a {@code PodList} may leave out what the list says already. */
    private void items(Report report, Fields list, String kind, String version) {
        String itemKind = kind.substring(0, kind.length() - "List".length());
        for (Value item : report.field(list, "items", Value::list, List.<Value>of())) {
            Report itemReport = new Report(file);
            try {
                Type type = TYPES.get(version + "/" + itemKind);
                if (type != null && !Report.some(item).has("kind")) {
                    read(itemReport, item, itemKind, type);
                } else {
                    object(itemReport, item);
                }
            } catch (Mistake e) {
                itemReport.error(e);
            }
            problems.addAll(itemReport.problems());
        }
    }

    private void passOver(Value value, String kind, String version) {
        int slash = version.indexOf('/');
        String group = slash < 0 ? "" : version.substring(0, slash);
        Optional<String> known = TYPES.keySet().stream()
                .filter(type -> type.endsWith("/" + kind))
                .findFirst()
                .map(type -> type.substring(0, type.length() - kind.length() - 1));
        if (known.isPresent() && (GROUPS.contains(group) || group.equals("extensions"))) {
            throw value.mistake("there is no " + kind + " in " + version + "; write apiVersion: " + known.get());
        }
        leftOut.computeIfAbsent(version + "/" + kind, key -> new ArrayList<>()).add(value);
    }
}
