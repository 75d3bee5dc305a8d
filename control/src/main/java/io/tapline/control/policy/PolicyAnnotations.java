// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.dataplane.config.OnChange;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import java.util.Comparator;
import java.util.Optional;

/** What users say about policies in annotations. A value that is not understood counts as absent. */
public final class PolicyAnnotations {
    /**
     * On a network policy, what a change does to connections: {@code re-evaluate}, {@code keep} or {@code drain 30s}.
     */
    public static final String ON_CHANGE = "tapline.io/on-change";
    /** On a namespace: {@code reject} to answer what its pods' policies deny instead of being silent. */
    public static final String DENIED = "tapline.io/denied";

    /**
     * From strict to lenient. A list follows the strictest of its policies, because each of them may rely on what it
     * says.
     */
    static final Comparator<OnChange> STRICTNESS = Comparator.comparingInt(PolicyAnnotations::leniencySeconds);

    private static final String REJECT = "reject";
    private static final String DRAIN = "drain ";

    private PolicyAnnotations() {}

    static OnChange onChange(NetworkPolicy policy, OnChange otherwise) {
        return parse(policy.annotations().getOrDefault(ON_CHANGE, "")).orElse(otherwise);
    }

    static boolean rejects(Namespace namespace) {
        return REJECT.equals(namespace.annotations().get(DENIED));
    }

    /** Reads {@code re-evaluate}, {@code keep} or {@code drain 30s}; empty when the text is none of them. */
    public static Optional<OnChange> parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equals("re-evaluate")) {
            return Optional.of(OnChange.RE_EVALUATE);
        }
        if (trimmed.equals("keep")) {
            return Optional.of(OnChange.KEEP);
        }
        if (trimmed.matches(DRAIN + "[1-9][0-9]{0,4}s")) {
            int seconds = Integer.parseInt(trimmed.substring(DRAIN.length(), trimmed.length() - 1));
            return seconds > OnChange.MAX_DRAIN_SECONDS ? Optional.empty() : Optional.of(OnChange.drain(seconds));
        }
        return Optional.empty();
    }

    private static int leniencySeconds(OnChange mode) {
        return switch (mode.kind()) {
            case RE_EVALUATE -> 0;
            case DRAIN -> mode.drainSeconds();
            case KEEP -> Integer.MAX_VALUE;
        };
    }
}
