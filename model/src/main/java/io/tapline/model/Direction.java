// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

/** Direction of a policy, seen from the pod that it selects. */
public enum Direction {
    /** Connections to the pod. */
    INGRESS,
    /** Connections from the pod. */
    EGRESS;

    /** As in the API's field names: {@code ingress}, {@code egress}. */
    @Override
    public String toString() {
        return this == INGRESS ? "ingress" : "egress";
    }
}
