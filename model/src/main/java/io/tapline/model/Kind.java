// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

/** The kinds of objects that the intent consists of, named as in the Kubernetes API. */
public enum Kind {
    /** {@code v1}. */
    NODE("Node"),
    /** {@code v1}. */
    NAMESPACE("Namespace"),
    /** {@code v1}. */
    POD("Pod"),
    /** {@code v1}. */
    SERVICE("Service"),
    /** {@code discovery.k8s.io/v1}. */
    ENDPOINT_SLICE("EndpointSlice"),
    /** {@code networking.k8s.io/v1}. */
    NETWORK_POLICY("NetworkPolicy"),
    /** {@code policy.networking.k8s.io/v1alpha2}. */
    CLUSTER_NETWORK_POLICY("ClusterNetworkPolicy");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** Whether objects of this kind live in a namespace. */
    public boolean isNamespaced() {
        return this != NODE && this != NAMESPACE && this != CLUSTER_NETWORK_POLICY;
    }

    /** The API's name. */
    @Override
    public String toString() {
        return text;
    }
}
