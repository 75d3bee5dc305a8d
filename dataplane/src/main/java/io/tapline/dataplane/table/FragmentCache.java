// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.frame.Frame;
import io.tapline.wire.Icmpv4;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;

/**
 * What the first fragment of an IPv4 datagram says about ports, for the fragments behind it that cannot say it
 * themselves: reassembly of the key, not of the data (VPP: ip4-sv-reassembly-feature). With it every node that judges
 * or translates by ports treats all fragments of a datagram alike.
 *
 * <p>The key is source, destination, identification, protocol (RFC 791) and the receiving interface, all as received,
 * before any translation. {@code ip4-input} notes first fragments and completes later ones, so that the nodes behind it
 * need not know this class: a completed fragment has {@link Frame#L4_VALID} and the first fragment's ports beside
 * {@link Frame#NON_FIRST_FRAGMENT}, and its {@link Frame#fragmentIdentifier} is the first fragment's ICMP identifier.
 * There are no ports in the packet itself then: a translator changes the metadata and leaves the payload alone.
 *
 * <p>A fragment that comes before its first is not held: it stays without ports, and whoever needs them drops it. Held
 * fragments would be memory that any sender can fill; senders keep the order, and a datagram that lost a fragment is
 * sent again as a whole.
 *
 * <p>An entry lives {@value #TIMEOUT_MILLIS} ms. When the table is full, an entry of the interface that has most of
 * them gives way, its oldest first.
 *
 * <p>Threading: one worker thread. Times are in ticks of {@value AclSessions#TICK_MILLIS} ms.
 */
public final class FragmentCache implements AutoCloseable {
    /** Datagrams under way, in a switch's default size. */
    public static final int DEFAULT_CAPACITY = 4096;
    /** Life of an entry. */
    public static final int TIMEOUT_MILLIS = 2000;

    private static final int TIMEOUT_TICKS = TIMEOUT_MILLIS / AclSessions.TICK_MILLIS;
    private static final int PORTS = FlowTable.PAYLOAD;
    private static final int IDENTIFIER = FlowTable.PAYLOAD + 4;
    private static final int EXPIRED_PER_ENTRY = 2;

    private final FlowTable table;
    private final OwnerShares shares;
    private long source;
    private long destination;
    private long tuple;
    private int hash;

    /** For {@code capacity} datagrams at a time from interfaces 0..{@code maxInterface}. */
    public FragmentCache(int capacity, int maxInterface) {
        table = new FlowTable("fragments", capacity, maxInterface + 1);
        shares = new OwnerShares(maxInterface);
    }

    /**
     * Notes a first fragment, whose ports {@code ip4-input} has just found; a second one with the same key replaces it.
     */
    public void note(long frame, int now) {
        int owner = Frame.rxInterface(frame);
        int entry = find(frame, owner);
        if (entry == FlowTable.NONE) {
            makeRoom(owner, now);
            entry = table.add(hash, 0, source, 0, destination, tuple);
            table.append(entry, owner, now);
            shares.add(owner);
        } else {
            table.move(entry, owner, owner, now);
        }
        boolean icmp = Frame.protocol(frame) == Ipv4.PROTOCOL_ICMP;
        long r = table.address(entry);
        Memory.putNativeI32(r + PORTS, Frame.ports(frame));
        Memory.putNativeI32(
                r + IDENTIFIER, icmp ? Icmpv4.identifier(Frame.ethernet(frame) + Frame.l4Offset(frame)) : 0);
    }

    /**
     * Gives a later fragment the ports of its first.
     *
     * @return false when the first has not been seen, or too long ago; nothing has changed then
     */
    public boolean complete(long frame, int now) {
        int entry = find(frame, Frame.rxInterface(frame));
        if (entry == FlowTable.NONE || now - table.enqueued(entry) >= TIMEOUT_TICKS) {
            return false;
        }
        long r = table.address(entry);
        Frame.l4(frame, Frame.l4Offset(frame), Frame.protocol(frame), 0, Memory.nativeI32(r + PORTS));
        Frame.fragmentIdentifier(frame, Memory.nativeI32(r + IDENTIFIER));
        Frame.flags(frame, Frame.flags(frame) | Frame.L4_VALID);
        return true;
    }

    /** Datagrams that are remembered. */
    public int size() {
        return table.size();
    }

    /** Most datagrams that can be remembered. */
    public int capacity() {
        return table.capacity();
    }

    /** Datagrams of one interface that are remembered. */
    public int size(int interfaceIndex) {
        return shares.held(interfaceIndex);
    }

    @Override
    public void close() {
        table.close();
    }

    private int find(long frame, int owner) {
        long ip = Frame.ip(frame);
        source = FlowTable.ip4Word(Ipv4.source(ip));
        destination = FlowTable.ip4Word(Ipv4.destination(ip));
        tuple = FlowTable.ip4Tuple(Ipv4.id(ip), 0, Frame.protocol(frame), owner);
        hash = FlowTable.hashIp4(source, destination, tuple);
        return table.findIp4(hash, source, destination, tuple);
    }

    /** Forgets the owner's oldest entries if their time is over; if the table is full, somebody's oldest. */
    private void makeRoom(int owner, int now) {
        for (int i = 0; i < EXPIRED_PER_ENTRY; i++) {
            int oldest = table.oldest(owner);
            if (oldest == FlowTable.NONE || now - table.enqueued(oldest) < TIMEOUT_TICKS) {
                break;
            }
            forget(oldest, owner);
        }
        if (table.size() == table.capacity()) {
            int victim = shares.victimFor(owner);
            forget(table.oldest(victim), victim);
        }
    }

    private void forget(int entry, int owner) {
        table.remove(entry, owner);
        shares.remove(owner);
    }
}
