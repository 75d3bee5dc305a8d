// SPDX-License-Identifier: Apache-2.0
package io.tapline.model;

/** Well-known label keys. */
public final class Labels {
    /** On every namespace, set by the API server: its name. */
    public static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";
    /** On an endpoint slice: the name of its service. */
    public static final String SERVICE_NAME = "kubernetes.io/service-name";
    /** On a node: its zone, to which topology hints refer. */
    public static final String ZONE = "topology.kubernetes.io/zone";

    private Labels() {}
}
