// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.wire.Checksum;
import io.tapline.wire.Ethernet;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.Udp;
import io.tapline.wire.VirtioNet;

/**
 * A device that makes packets of many flows as fast as it can and swallows what it is sent. Flows come in an order that
 * no hardware prefetcher guesses. Nothing is allocated per packet.
 */
final class FlowGenerator implements PacketDevice {
    /** Bytes from Ethernet of each frame: a minimum frame of 64 bytes without its check sequence would be 60. */
    static final int FRAME_BYTES = 64;

    private static final int IP_BYTES = FRAME_BYTES - Ethernet.HEADER_BYTES;
    private static final int PORTS_PER_ADDRESS = 1 << 10;
    private static final int FIRST_PORT = 1024;
    private static final double GOLDEN_RATIO = 0.6180339887;

    private final long destinationMac;
    private final int clientBase;
    private final int server;
    private final int serverPort;
    private final boolean reply;
    private final int protocol;
    private final int flows;
    private final int stride;
    private int flow;
    private int tcpFlags = Tcp.ACK;
    private long sent;

    /**
     * Packets between clients {@code clientBase} and following, with 1024 ports each, and one server.
     *
     * @param reply whether they go from the server to the clients
     */
    FlowGenerator(long destinationMac, int clientBase, int server, int serverPort, boolean reply, Load load) {
        this.destinationMac = destinationMac;
        this.clientBase = clientBase;
        this.server = server;
        this.serverPort = serverPort;
        this.reply = reply;
        this.protocol = load.protocol();
        this.flows = load.flows();
        this.stride = coprimeStride(load.flows());
    }

    /** What to send: an IP protocol (TCP or UDP) and a number of flows. */
    record Load(int protocol, int flows) {}

    /** TCP flags of the packets to come. */
    void tcpFlags(int flags) {
        tcpFlags = flags;
    }

    /** Starts again with flow 0. */
    void rewind() {
        flow = 0;
    }

    /** Frames that it was sent. */
    long sent() {
        return sent;
    }

    @Override
    public int receive(FramePool pool, long[] frames, int from, int max) {
        for (int i = 0; i < max; i++) {
            long frame = pool.allocate();
            if (frame == 0) {
                return i;
            }
            write(frame, flow);
            frames[from + i] = frame;
            flow += stride;
            if (flow >= flows) {
                flow -= flows;
            }
        }
        return max;
    }

    private void write(long frame, int index) {
        Frame.length(frame, FRAME_BYTES);
        VirtioNet.clear(Frame.virtioNet(frame));
        long ethernet = Frame.ethernet(frame);
        Ethernet.write(ethernet, destinationMac, 2, Ethernet.TYPE_IPV4);
        int client = clientBase + index / PORTS_PER_ADDRESS;
        int clientPort = FIRST_PORT + index % PORTS_PER_ADDRESS;
        int source = reply ? server : client;
        int destination = reply ? client : server;
        long ip = ethernet + Ethernet.HEADER_BYTES;
        Memory.putI32(ip, (Ipv4.VERSION_AND_LENGTH << 24) | IP_BYTES);
        Memory.putI32(ip + 4, Ipv4.FLAG_DF);
        int ttlAndProtocol = (64 << 24) | (protocol << 16);
        int sum = (Ipv4.VERSION_AND_LENGTH << 8) + IP_BYTES + Ipv4.FLAG_DF + (ttlAndProtocol >>> 16);
        sum = Checksum.add32(source, Checksum.add32(destination, sum));
        Memory.putI32(ip + 8, ttlAndProtocol | Checksum.finish(sum));
        Memory.putI32(ip + 12, source);
        Memory.putI32(ip + 16, destination);
        long l4 = ip + Ipv4.HEADER_BYTES;
        Memory.putI32(l4, reply ? (serverPort << 16) | clientPort : (clientPort << 16) | serverPort);
        if (protocol == Ipv4.PROTOCOL_TCP) {
            Memory.putI32(l4 + 12, (5 << 28) | (tcpFlags << 16) | 0xffff);
        } else {
            Memory.putI32(l4 + 4, (FRAME_BYTES - Ethernet.HEADER_BYTES - Ipv4.HEADER_BYTES) << 16);
            Memory.putU16(l4 + Udp.CHECKSUM_OFFSET, 0);
        }
    }

    @Override
    public int transmit(long frame) {
        sent++;
        return SENT;
    }

    @Override
    public int capabilities() {
        return TX_CHECKSUM | TX_TSO4 | TX_USO4;
    }

    /** A step that visits every flow once per cycle in an order that looks random. */
    private static int coprimeStride(int flows) {
        int stride = Math.max(1, (int) (flows * GOLDEN_RATIO));
        while (gcd(stride, flows) != 1) {
            stride++;
        }
        return stride;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
