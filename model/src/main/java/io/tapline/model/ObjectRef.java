// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import java.util.NavigableMap;

/**
 * Identity of an object.
 *
 * @param namespace empty for kinds that are not namespaced
 */
public record ObjectRef(Kind kind, String namespace, String name) implements Comparable<ObjectRef> {
    /** The part of a map that is about a kind and namespace, by name; a view. */
    public static <T> NavigableMap<ObjectRef, T> in(NavigableMap<ObjectRef, T> map, Kind kind, String namespace) {
        ObjectRef first = new ObjectRef(kind, namespace, "");
        ObjectRef behind = new ObjectRef(kind, namespace + '\0', "");
        return map.subMap(first, true, behind, false);
    }

    /** {@code namespace/name}, or the name alone. */
    public String qualifiedName() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public int compareTo(ObjectRef other) {
        int order = kind.compareTo(other.kind);
        order = order != 0 ? order : namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    /** For messages: {@code NetworkPolicy web/allow-frontend}. */
    @Override
    public String toString() {
        return kind + " " + qualifiedName();
    }
}
