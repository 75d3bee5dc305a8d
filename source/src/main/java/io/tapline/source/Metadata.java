// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.Kind;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The metadata of an object that matter here.
 *
 * @param namespace empty for kinds without; {@code default} when it is left out
 */
record Metadata(String namespace, String name, Map<String, String> labels, Map<String, String> annotations) {
    private static final String DEFAULT_NAMESPACE = "default";
    private static final List<String> KNOWN = List.of(
            "name",
            "generateName",
            "namespace",
            "selfLink",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers",
            "managedFields");

    /** Reads {@code metadata} and tells the report whom it is about, as well as that can be known. */
    static Metadata read(Report report, Kind kind, String shownKind, Fields object) {
        report.about(shownKind);
        Value value = object.required("metadata");
        Fields fields = report.fields(value, KNOWN);
        String shownName = fields.optional("name")
                .filter(Metadata::isText)
                .map(Value::text)
                .orElse("(without a name)");
        String shownNamespace = fields.optional("namespace")
                .filter(Metadata::isText)
                .map(Value::text)
                .orElse(DEFAULT_NAMESPACE);
        report.about(shownKind + " " + (kind.isNamespaced() ? shownNamespace + "/" : "") + shownName);
        Function<Value, String> syntax = switch (kind) {
            case NAMESPACE -> Syntax::dnsLabel;
            case SERVICE -> Syntax::serviceName;
            default -> Syntax::subdomain;
        };
        return new Metadata(
                namespace(report, kind, fields),
                name(report, fields, syntax),
                report.field(fields, "labels", Syntax::labels, Map.of()),
                report.field(fields, "annotations", Syntax::annotations, Map.of()));
    }

    private static boolean isText(Value value) {
        return !value.isMap() && !value.isList();
    }

    private static String name(Report report, Fields fields, Function<Value, String> syntax) {
        return report.read(
                () -> {
                    if (!fields.has("name") && fields.has("generateName")) {
                        throw fields.mistake("'generateName' is not supported here; write a 'name'");
                    }
                    return syntax.apply(fields.required("name"));
                },
                "x");
    }

    private static String namespace(Report report, Kind kind, Fields fields) {
        if (kind.isNamespaced()) {
            return report.field(fields, "namespace", Syntax::dnsLabel, DEFAULT_NAMESPACE);
        }
        fields.optional("namespace")
                .filter(value -> !isText(value) || !value.text().isEmpty())
                .ifPresent(value -> report.error(value.mistake("a " + kind + " is in no namespace; leave it out")));
        return "";
    }
}
