// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.chain;

import io.tapline.bench.PacketSource;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;
import io.tapline.wire.Udp;

/** Packets of many flows, which come in an order that no hardware prefetcher guesses. */
final class FlowGenerator extends PacketSource {
    private static final int PORTS_PER_ADDRESS = 1 << 10;
    private static final int FIRST_PORT = 1024;

    private final int clientBase;
    private final int server;
    private final int serverPort;
    private final boolean reply;
    private final int protocol;
    private final int flows;
    private final int stride;
    private int flow;
    private int tcpFlags = Tcp.ACK;

    /**
     * Packets between clients {@code clientBase} and following, with 1024 ports each, and one server.
     *
     * @param reply whether they go from the server to the clients
     */
    FlowGenerator(long destinationMac, int clientBase, int server, int serverPort, boolean reply, Load load) {
        super(destinationMac);
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

    @Override
    protected void write(long frame) {
        int client = clientBase + flow / PORTS_PER_ADDRESS;
        int clientPort = FIRST_PORT + flow % PORTS_PER_ADDRESS;
        int sourcePort = reply ? serverPort : clientPort;
        int destinationPort = reply ? clientPort : serverPort;
        long l4 = writeIp(frame, protocol, reply ? server : client, reply ? client : server);
        if (protocol == Ipv4.PROTOCOL_TCP) {
            writeTcp(l4, sourcePort, destinationPort, tcpFlags);
        } else {
            Memory.putI32(l4, sourcePort << 16 | destinationPort);
            Memory.putI32(l4 + 4, (IP_BYTES - Ipv4.HEADER_BYTES) << 16);
            Memory.putU16(l4 + Udp.CHECKSUM_OFFSET, 0);
        }
        flow += stride;
        if (flow >= flows) {
            flow -= flows;
        }
    }
}
