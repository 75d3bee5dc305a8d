// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

import java.util.Comparator;

/**
 * Identity of an object.
 *
 * @param namespace empty for kinds that are not namespaced
 */
public record ObjectRef(Kind kind, String namespace, String name) implements Comparable<ObjectRef> {
    private static final Comparator<ObjectRef> ORDER = Comparator.comparing(ObjectRef::kind)
            .thenComparing(ObjectRef::namespace)
            .thenComparing(ObjectRef::name);

    /** {@code namespace/name}, or the name alone. */
    public String qualifiedName() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public int compareTo(ObjectRef other) {
        return ORDER.compare(this, other);
    }

    /** For messages: {@code NetworkPolicy web/allow-frontend}. */
    @Override
    public String toString() {
        return kind + " " + qualifiedName();
    }
}
