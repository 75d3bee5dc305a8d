// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import io.tapline.bench.PacketSource;

/**
 * Opens connections to services: one TCP SYN each, from a client address and port of its own, service after service.
 */
final class ConnectionGenerator extends PacketSource {
    private static final int PORTS_PER_CLIENT = 1 << 14;
    private static final int FIRST_PORT = 1024;

    private final int clientBase;
    private final int services;
    private final int stride;
    private int service;
    private int connection;

    /** For the first {@code services} services, visited in an order that looks random. */
    ConnectionGenerator(long destinationMac, int clientBase, int services) {
        super(destinationMac);
        this.clientBase = clientBase;
        this.services = services;
        this.stride = coprimeStride(services);
    }

    /** Starts again with the first connection. */
    void rewind() {
        service = 0;
        connection = 0;
    }

    @Override
    protected void write(long frame) {
        int source = clientBase + connection / PORTS_PER_CLIENT;
        int sourcePort = FIRST_PORT + connection % PORTS_PER_CLIENT;
        writeSyn(frame, source, sourcePort, ServiceCluster.FIRST_ADDRESS + service, ServiceCluster.PORT);
        connection++;
        service = (service + stride) % services;
    }
}
