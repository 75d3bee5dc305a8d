// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.dataplane.table.NatTable;
import io.tapline.dataplane.table.NatTarget;
import io.tapline.wire.Ipv4;

/**
 * Reads what the first packets of connections to services will need, before they are judged one by one.
 *
 * <p>With thousands of services nothing of a packet's mapping, backend and session is in the processor's caches, and
 * judging a packet waits for each of these in turn. Here the same is read for several packets in passes, each so short
 * that the processor has many packets' misses under way at once: Java has no prefetch. Nothing is decided or changed.
 *
 * <p>One worker thread.
 */
final class NatAhead {
    /** How many packets at a time: what is read for them must still be in the nearest cache when they are judged. */
    static final int PACKETS = 32;

    /** A few packets have nothing to wait for together. */
    private static final int WORTHWHILE = 4;

    private final NatSessions sessions;
    private final long[] packets = new long[PACKETS];
    private final long[] hashes = new long[PACKETS];
    private final NatTarget[] targets = new NatTarget[PACKETS];
    private final int[] slots = new int[PACKETS];
    private final int[] keyHashes = new int[PACKETS];
    private int count;
    private long touched;

    NatAhead(NatSessions sessions) {
        this.sessions = sessions;
    }

    /** The sum of what was touched: as long as somebody might ask for it, the JIT compiler cannot drop the touching. */
    long touched() {
        return touched;
    }

    /** Forgets the packets. */
    void clear() {
        count = 0;
    }

    /** Adds a packet that matches no session, at most {@link #PACKETS} of them. */
    void add(long frame) {
        if (NatPacket.hasPorts(frame)) {
            packets[count++] = frame;
        }
    }

    /** Reads for all packets that were added. */
    void read(Generation generation) {
        if (count < WORTHWHILE) {
            return;
        }
        NatTable nat = generation.nat();
        touchIndex(generation, nat);
        int found = findTargets(generation, nat);
        long sum = 0;
        for (int i = 0; i < found; i++) {
            sum += targets[i].touch();
        }
        for (int i = 0; i < found; i++) {
            sum += targets[i].touchBackends();
        }
        touched += sum;
        touchSessions(chooseBackends(generation, found));
    }

    private void touchIndex(Generation generation, NatTable nat) {
        for (int i = 0; i < count; i++) {
            long frame = packets[i];
            hashes[i] = NatTable.hash(
                    Ipv4.destination(Frame.ip(frame)), NatPacket.ports(frame) & 0xffff, Frame.protocol(frame));
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += nat.touch(hashes[i], NatTranslator.isFromOutside(generation, packets[i]));
        }
        touched += sum;
    }

    /** Finds the packets' targets; those to none are left out. */
    private int findTargets(Generation generation, NatTable nat) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            long frame = packets[i];
            int number = nat.find(
                    Ipv4.destination(Frame.ip(frame)),
                    NatPacket.ports(frame) & 0xffff,
                    Frame.protocol(frame),
                    NatTranslator.isFromOutside(generation, frame));
            if (number != NatTable.NONE) {
                packets[found] = frame;
                targets[found++] = nat.target(number);
            }
        }
        return found;
    }

    /** Slots and hashes of the sessions to be, as far as they follow from the packets alone. */
    private int chooseBackends(Generation generation, int found) {
        int chosen = 0;
        for (int i = 0; i < found; i++) {
            NatTarget target = targets[i];
            long frame = packets[i];
            int backend = target.drawsFew() ? NatConnections.draw(frame, target) : -1;
            if (backend >= 0) {
                int table = generation.interfaces().table(Frame.rxInterface(frame));
                slots[chosen] = target.slot(backend);
                keyHashes[chosen++] = insideHash(frame, target, backend, table);
            }
        }
        return chosen;
    }

    /** Hash of the key from inside, unless the client is to be hidden. */
    private static int insideHash(long frame, NatTarget target, int backend, int receiverTable) {
        int ports = NatPacket.ports(frame);
        int table = target.table(backend) < 0 ? receiverTable : target.table(backend);
        int port = target.protocol() == 0 ? ports & 0xffff : target.port(backend);
        return FlowTable.hashIp4(
                FlowTable.ip4Word(target.address(backend)),
                FlowTable.ip4Word(Ipv4.source(Frame.ip(frame))),
                NatSessions.tuple(port, ports >>> 16, Frame.protocol(frame), NatSessions.IN2OUT, table));
    }

    private void touchSessions(int chosen) {
        long sum = 0;
        for (int i = 0; i < chosen; i++) {
            sum += sessions.table().touch(keyHashes[i]);
        }
        for (int i = 0; i < chosen; i++) {
            sum += sessions.touchSlot(slots[i]);
        }
        for (int i = 0; i < chosen; i++) {
            sum += sessions.touchChain(slots[i]);
        }
        touched += sum;
    }
}
