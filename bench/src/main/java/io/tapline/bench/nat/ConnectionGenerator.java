// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.nat;

import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.wire.Checksum;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.VirtioNet;

/**
 * Opens connections to services: one TCP SYN each, from a client address and port of its own, service after service.
 */
final class ConnectionGenerator implements PacketDevice {
    private static final int FRAME_BYTES = 64;
    private static final int IP_BYTES = FRAME_BYTES - Ethernet.HEADER_BYTES;
    private static final int PORTS_PER_CLIENT = 1 << 14;
    private static final int FIRST_PORT = 1024;
    private static final int TTL_AND_PROTOCOL = 64 << 24 | Ipv4.PROTOCOL_TCP << 16;
    private static final double GOLDEN_RATIO = 0.6180339887;

    private final long destinationMac;
    private final int clientBase;
    private final int services;
    private final int stride;
    private int service;
    private int connection;

    /** For the first {@code services} services, visited in an order that looks random. */
    ConnectionGenerator(long destinationMac, int clientBase, int services) {
        this.destinationMac = destinationMac;
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
    public int receive(FramePool pool, long[] frames, int from, int max) {
        for (int i = 0; i < max; i++) {
            long frame = pool.allocate();
            if (frame == 0) {
                return i;
            }
            write(frame);
            frames[from + i] = frame;
            connection++;
            service = (service + stride) % services;
        }
        return max;
    }

    private void write(long frame) {
        Frame.length(frame, FRAME_BYTES);
        VirtioNet.clear(Frame.virtioNet(frame));
        long ethernet = Frame.ethernet(frame);
        Ethernet.write(ethernet, destinationMac, 2, Ethernet.TYPE_IPV4);
        int source = clientBase + connection / PORTS_PER_CLIENT;
        int sourcePort = FIRST_PORT + connection % PORTS_PER_CLIENT;
        int destination = ServiceCluster.FIRST_ADDRESS + service;
        long ip = ethernet + Ethernet.HEADER_BYTES;
        Memory.putI32(ip, (Ipv4.VERSION_AND_LENGTH << 24) | IP_BYTES);
        Memory.putI32(ip + 4, Ipv4.FLAG_DF);
        int sum = (Ipv4.VERSION_AND_LENGTH << 8) + IP_BYTES + Ipv4.FLAG_DF + (TTL_AND_PROTOCOL >>> 16);
        sum = Checksum.add32(source, Checksum.add32(destination, sum));
        Memory.putI32(ip + 8, TTL_AND_PROTOCOL | Checksum.finish(sum));
        Memory.putI32(ip + 12, source);
        Memory.putI32(ip + 16, destination);
        long l4 = ip + Ipv4.HEADER_BYTES;
        Memory.putI32(l4, sourcePort << 16 | ServiceCluster.PORT);
        Memory.putI32(l4 + 12, 5 << 28 | Tcp.SYN << 16 | 0xffff);
    }

    @Override
    public int transmit(long frame) {
        return SENT;
    }

    @Override
    public int capabilities() {
        return TX_CHECKSUM | TX_TSO4 | TX_USO4;
    }

    private static int coprimeStride(int count) {
        int stride = Math.max(1, (int) (count * GOLDEN_RATIO));
        while (gcd(stride, count) != 1) {
            stride++;
        }
        return stride;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
