// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.node;

/**
 * Which pod a container belongs to, as far as the runtime says.
 *
 * @param namespace empty if unknown
 * @param name empty if unknown
 * @param uid empty if unknown
 */
public record PodIdentity(String namespace, String name, String uid) {
    /** A container of which nothing is known but its id. */
    public static final PodIdentity UNKNOWN = new PodIdentity("", "", "");

    /** Whether there is a namespace and a name. */
    public boolean isKnown() {
        return !namespace.isEmpty() && !name.isEmpty();
    }
}
