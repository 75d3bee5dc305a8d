// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.bench.PacketSource;

/** Opens connections from the peers that an access list permits: one TCP SYN each, from a port of its own. */
final class PeerConnections extends PacketSource {
    private static final int DESTINATION = 0x0a02_0105;
    private static final int FIRST_PORT = 1024;

    private final long[] peers;
    private final int stride;
    private int peer;
    private int turn;

    /** From addresses, in the high half, to ports, in the low half, in an order that looks random. */
    PeerConnections(long destinationMac, long[] peers) {
        super(destinationMac);
        this.peers = peers;
        this.stride = coprimeStride(peers.length);
    }

    /** Starts again with the first connection. */
    void rewind() {
        peer = 0;
        turn = 0;
    }

    @Override
    protected void write(long frame) {
        writeSyn(frame, (int) (peers[peer] >>> 32), FIRST_PORT + turn, DESTINATION, (int) peers[peer]);
        peer += stride;
        if (peer >= peers.length) {
            peer -= peers.length;
            turn += peer == 0 ? 1 : 0;
        }
    }
}
