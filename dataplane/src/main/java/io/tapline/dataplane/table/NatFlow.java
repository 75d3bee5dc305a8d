// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

/**
 * The two tuples of a NAT session to be: how its packets look when they come from outside, and when they come from
 * inside. A packet that looks like one leaves as the other, reversed. Mutable, so that the data path reuses one.
 */
public final class NatFlow {
    /** IP protocol. */
    public int protocol;
    /** Who sends from outside, IPv4 address. */
    public int remote;
    /** Its port. */
    public int remotePort;
    /** Which outside address it sends to. */
    public int external;
    /** The outside port. */
    public int externalPort;
    /** Forwarding table of packets from outside. */
    public int outsideTable;
    /** Who sends from inside, IPv4 address. */
    public int local;
    /** Its port. */
    public int localPort;
    /** Which address it sends to: the remote's, or one that stands for it. */
    public int peer;
    /** The port there. */
    public int peerPort;
    /** Forwarding table of packets from inside. */
    public int insideTable;
    /** {@link NatSessions#IN2OUT} or {@link NatSessions#OUTPUT}: where packets from inside are translated. */
    public int insideSpace;
    /** One of {@link NatSessions}' kinds. */
    public int kind;
    /** Slot that the session depends on. */
    public int slot;
    /** Interface whose packet makes the session. */
    public int owner;

    /** Nothing special: tables 0, no slot. */
    public NatFlow() {
        slot = NatTable.FREE_SLOT;
    }

    /** Sets the tuple of packets from outside. */
    public void outside(int source, int sourcePort, int destination, int destinationPort, int table) {
        remote = source;
        remotePort = sourcePort;
        external = destination;
        externalPort = destinationPort;
        outsideTable = table;
    }

    /** Sets the tuple of packets from inside, and where they are translated. */
    public void inside(int source, int sourcePort, int destination, int destinationPort, int table, int space) {
        local = source;
        localPort = sourcePort;
        peer = destination;
        peerPort = destinationPort;
        insideTable = table;
        insideSpace = space;
    }
}
