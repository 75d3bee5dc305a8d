// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A label selector ({@code metav1.LabelSelector}): all conditions must hold; without any it selects everything.
 *
 * @param matchLabels labels that must be there with these values
 * @param matchExpressions further conditions
 */
public record LabelSelector(SortedMap<String, String> matchLabels, List<Requirement> matchExpressions) {
    /** Selects every object. */
    public static final LabelSelector EVERYTHING = new LabelSelector(new TreeMap<>(), List.of());

    /** What a requirement asks of the label with its key. */
    public enum Operator {
        /** It is there with one of the values. */
        IN,
        /** It is not there, or has none of the values. */
        NOT_IN,
        /** It is there. */
        EXISTS,
        /** It is not there. */
        DOES_NOT_EXIST
    }

    /**
     * One condition.
     *
     * @param values empty for {@link Operator#EXISTS} and {@link Operator#DOES_NOT_EXIST}
     */
    public record Requirement(String key, Operator operator, Set<String> values) {
        /** Copies the values. */
        public Requirement {
            values = Set.copyOf(values);
        }

        /** Whether an object with these labels meets the condition. */
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
            };
        }
    }

    /** Copies the conditions. */
    public LabelSelector {
        matchLabels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(matchLabels));
        matchExpressions = List.copyOf(matchExpressions);
    }

    /** A selector of exact labels only. */
    public static LabelSelector of(Map<String, String> matchLabels) {
        return new LabelSelector(new TreeMap<>(matchLabels), List.of());
    }

    /** Whether it has no condition. */
    public boolean isEverything() {
        return matchLabels.isEmpty() && matchExpressions.isEmpty();
    }

    /** Whether it selects an object with these labels. */
    public boolean matches(Map<String, String> labels) {
        for (Map.Entry<String, String> wanted : matchLabels.entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (Requirement requirement : matchExpressions) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }
}
