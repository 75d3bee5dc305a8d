// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

/** An object of the intent. Equality is that of all fields, so that a change that changes nothing can be told. */
public sealed interface IntentObject
        permits Node, Namespace, Pod, Service, EndpointSlice, NetworkPolicy, ClusterNetworkPolicy {
    /** Its identity. */
    ObjectRef ref();
}
