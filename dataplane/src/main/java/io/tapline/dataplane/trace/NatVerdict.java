// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.trace;

/** What a NAT44 node tells the trace recorder, reused from packet to packet. */
public final class NatVerdict {
    /** VPP's next index. */
    public int nextIndex;
    /** The session's number as printed, -1 for none. */
    public int session;
    /** Whether this packet made the session. */
    public boolean created;
    /** Slot that the session depends on, or -1. */
    public int slot;
    /** Number of the mapping that has no backend, or -1. */
    public int target;
    /** Source before, IPv4 address. */
    public int source;
    /** Destination before. */
    public int destination;
    /** Ports before, source in the high half. */
    public int ports;

    /** Ports now. */
    public int portsAfter;

    /** Nothing has happened yet to a packet. */
    public NatVerdict() {
        clear();
    }

    /** Forgets the packet before. */
    public void clear() {
        nextIndex = 0;
        session = -1;
        created = false;
        slot = -1;
        target = -1;
    }
}
