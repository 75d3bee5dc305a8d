// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Memory;

/**
 * Which backend a client address had last, per mapping (Kubernetes: session affinity ClientIP; VPP: nat affinity).
 *
 * <p>The key is the client's address with the mapping's address, port and protocol, so that a change of configuration
 * does not disturb it; the value is the backend's address and port. When the table is full the entry that was looked at
 * longest ago gives way.
 *
 * <p>Threading: one worker thread. Times are in ticks of {@value AclSessions#TICK_MILLIS} ms.
 */
public final class NatAffinity implements AutoCloseable {
    private static final int ADDRESS = FlowTable.PAYLOAD;
    private static final int PORT = FlowTable.PAYLOAD + 4;
    private static final int LAST_USED = FlowTable.PAYLOAD + 8;
    private static final int REVIEW_TICKS = 60 * 1000 / AclSessions.TICK_MILLIS;
    private static final int TICKS_PER_SECOND = 1000 / AclSessions.TICK_MILLIS;

    private final FlowTable table;

    /** An empty table for {@code capacity} pairs of client and mapping. */
    public NatAffinity(int capacity) {
        table = new FlowTable("nat affinity", capacity, 1);
    }

    /** The backend of a client that has one, or -1. */
    public int find(int client, NatTarget target, int seconds, int now) {
        int entry = entry(client, target);
        if (entry == FlowTable.NONE) {
            return -1;
        }
        long r = table.address(entry);
        if (now - Memory.nativeI32(r + LAST_USED) >= seconds * TICKS_PER_SECOND) {
            return -1;
        }
        int backend = target.find(Memory.nativeI32(r + ADDRESS), Memory.nativeI32(r + PORT));
        if (backend < 0 || !target.isTaking(backend)) {
            return -1;
        }
        Memory.putNativeI32(r + LAST_USED, now);
        return backend;
    }

    /** Notes a client's backend. */
    public void note(int client, NatTarget target, int backend, int now) {
        int entry = entry(client, target);
        if (entry == FlowTable.NONE) {
            if (table.size() == table.capacity()) {
                table.remove(table.oldest(0), 0);
            }
            long from = FlowTable.ip4Word(client);
            long to = FlowTable.ip4Word(target.address());
            long tuple = tuple(target);
            entry = table.add(FlowTable.hashIp4(from, to, tuple), 0, from, 0, to, tuple);
            table.append(entry, 0, now);
        }
        long r = table.address(entry);
        Memory.putNativeI32(r + ADDRESS, target.address(backend));
        Memory.putNativeI32(r + PORT, target.port(backend));
        Memory.putNativeI32(r + LAST_USED, now);
    }

    /**
     * Forgets clients that have been away for too long, looking at {@code budget} entries at most; each is looked at
     * about once a minute.
     */
    public void expire(NatTable generation, int now, int budget) {
        int left = budget;
        int entry = table.oldest(0);
        while (left > 0 && entry != FlowTable.NONE && now - table.enqueued(entry) >= REVIEW_TICKS) {
            left--;
            if (now - Memory.nativeI32(table.address(entry) + LAST_USED) >= lifeTicks(generation, entry)) {
                table.remove(entry, 0);
            } else {
                table.move(entry, 0, 0, now);
            }
            entry = table.oldest(0);
        }
    }

    /** Pairs of client and mapping. */
    public int size() {
        return table.size();
    }

    /** Most pairs. */
    public int capacity() {
        return table.capacity();
    }

    @Override
    public void close() {
        table.close();
    }

    private int entry(int client, NatTarget target) {
        long from = FlowTable.ip4Word(client);
        long to = FlowTable.ip4Word(target.address());
        long tuple = tuple(target);
        return table.findIp4(FlowTable.hashIp4(from, to, tuple), from, to, tuple);
    }

    private static long tuple(NatTarget target) {
        return FlowTable.ip4Tuple(0, target.port(), target.protocol(), 0);
    }

    /** How long an entry lives by the mapping that it is for as that is now; 0 when there is none. */
    private int lifeTicks(NatTable generation, int entry) {
        long r = table.address(entry);
        long tuple = Memory.nativeI64(r + 32);
        int number = generation.findExact(
                Memory.nativeI32(r + 24), (int) (tuple >>> 32) & 0xffff, (int) (tuple >>> 24) & 0xff);
        return number == NatTable.NONE ? 0 : generation.target(number).affinitySeconds() * TICKS_PER_SECOND;
    }
}
