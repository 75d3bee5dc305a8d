// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import java.util.Map;
import java.util.TreeMap;

/**
 * A namespace ({@code v1.Namespace}).
 *
 * @param labels with {@link Labels#NAMESPACE_NAME}, which is added when it is missing or wrong, as the API server does
 */
public record Namespace(String name, Map<String, String> labels, Map<String, String> annotations)
        implements IntentObject {
    /** Copies the maps and completes the labels. */
    public Namespace {
        Map<String, String> complete = new TreeMap<>(labels);
        complete.put(Labels.NAMESPACE_NAME, name);
        labels = Map.copyOf(complete);
        annotations = Map.copyOf(annotations);
    }

    @Override
    public ObjectRef ref() {
        return new ObjectRef(Kind.NAMESPACE, "", name);
    }
}
