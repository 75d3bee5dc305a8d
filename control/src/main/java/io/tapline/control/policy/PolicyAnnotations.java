// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;

/** What users say about policies in annotations. A value that is not understood counts as absent. */
public final class PolicyAnnotations {
    /** On a network policy: {@code re-evaluate}, {@code keep} or {@code drain 30s}; see {@link ChangeMode}. */
    public static final String ON_CHANGE = "tapline.io/on-change";
    /** On a namespace: {@code reject} to answer what its pods' policies deny instead of being silent. */
    public static final String DENIED = "tapline.io/denied";

    private static final String REJECT = "reject";

    private PolicyAnnotations() {}

    static ChangeMode modeOf(NetworkPolicy policy, ChangeMode otherwise) {
        return ChangeMode.parse(policy.annotations().getOrDefault(ON_CHANGE, ""))
                .orElse(otherwise);
    }

    static boolean rejects(Namespace namespace) {
        return REJECT.equals(namespace.annotations().get(DENIED));
    }
}
