// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.path;

/** The ways between the two namespaces, slowest to build last. */
enum BenchPath {
    /** A veth pair: nothing between the two. */
    VETH("veth", "192.168.201.1", "192.168.201.2"),
    /** A veth pair per namespace, whose other ends are ports of a kernel bridge. */
    BRIDGE("bridge", "192.168.202.1", "192.168.202.2"),
    /** A TAP per namespace, switched by Tapline with the access lists and NAT nodes of any pod. */
    TAPLINE("tapline", "10.1.1.2", "10.1.1.3");

    private final String label;
    private final String client;
    private final String server;

    BenchPath(String label, String client, String server) {
        this.label = label;
        this.client = client;
        this.server = server;
    }

    /** Name for people and programs. */
    String label() {
        return label;
    }

    /** Address of the client's end. */
    String client() {
        return client;
    }

    /** Address of the server's end. */
    String server() {
        return server;
    }
}
