// SPDX-License-Identifier: Apache-2.0
package io.tapline.source;

import io.tapline.model.LabelSelector;
import io.tapline.model.LabelSelector.Operator;
import io.tapline.model.LabelSelector.Requirement;
import io.tapline.source.yaml.Fields;
import io.tapline.source.yaml.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads label selectors ({@code metav1.LabelSelector}). */
final class Selectors {
    private static final Map<String, Operator> OPERATORS = Map.of(
            "In", Operator.IN,
            "NotIn", Operator.NOT_IN,
            "Exists", Operator.EXISTS,
            "DoesNotExist", Operator.DOES_NOT_EXIST);

    private final Report report;

    Selectors(Report report) {
        this.report = report;
    }

    LabelSelector read(Value value) {
        Fields fields = report.fields(value, List.of("matchLabels", "matchExpressions"));
        Map<String, String> labels = report.field(fields, "matchLabels", Syntax::labels, Map.of());
        List<Requirement> requirements = report.each(fields, "matchExpressions", this::requirement);
        return new LabelSelector(new TreeMap<>(labels), requirements);
    }

    private Requirement requirement(Value value) {
        Fields fields = report.fields(value, List.of("key", "operator", "values"));
        String key = report.required(
                fields,
                "key",
                text -> {
                    Syntax.labelKey(text, text.string());
                    return text.text();
                },
                "x");
        Operator operator = fields.required("operator").choice(OPERATORS);
        Set<String> values = new HashSet<>(report.each(fields, "values", Syntax::labelValue));
        boolean wanted = operator == Operator.IN || operator == Operator.NOT_IN;
        boolean given = !fields.list("values").isEmpty();
        if (wanted && !given) {
            throw value.mistake(
                    "the operator " + fields.required("operator").text() + " needs 'values'; list at least one");
        }
        if (!wanted && given) {
            throw fields.required("values")
                    .mistake("the operator " + fields.required("operator").text() + " takes no values; leave them out");
        }
        return new Requirement(key, operator, values);
    }
}
