// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.dataplane.config.NatTimeouts;
import io.tapline.wire.Ipv4;
import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;

/**
 * NAT44 sessions: endpoint-dependent from the start, with a whole five-tuple for each way (VPP: nat44-ed).
 *
 * <p>A session is one record of two keys side by side in a {@link FlowTable}, 128 bytes, two index slots and two links:
 * how its packets look when they come from outside, and from inside. Whichever key matches, the other one, reversed, is
 * what the packet becomes, so every translation can be undone by construction. The three places that translate look in
 * spaces of their own: {@code nat44-out2in} for outside keys, {@code nat44-in2out} and {@code nat44-in2out-output} for
 * inside keys.
 *
 * <pre>
 *  first line    0  key from outside              second line    0  key from inside
 *               40  last activity                               40  slot that it depends on, its word then
 *               44  state                                       48  owning interface
 *               48  generation that checked it                  52  when it began
 *               52  place in the time-out list                  56  unused
 * </pre>
 *
 * TCP: <em>established</em> once both sides have acknowledged something and neither has sent FIN or RST, else
 * <em>transitory</em>; <em>closed</em> once both have sent FIN and one of them more. A RST counts until a packet
 * without one follows, so that a forged one does not end a connection.
 *
 * <p>When the table is full, the session that has been transitory or closed for longest gives way; if there is none, no
 * session is added.
 *
 * <p>Threading: one worker thread. Times are in ticks of {@value AclSessions#TICK_MILLIS} ms.
 */
public final class NatSessions implements AutoCloseable {
    /** Space of keys from outside. */
    public static final int OUT2IN = 0;
    /** Space of keys from inside that are translated on the way in. */
    public static final int IN2OUT = 0x8000;
    /** Space of keys from inside that are translated on the way out. */
    public static final int OUTPUT = 0xc000;

    /** The forwarding table within a key's last word, beside the space. */
    public static final int TABLE_MASK = 0xff;

    /** Kind: from a load-balancing mapping. */
    public static final int BALANCED = 0;
    /** Kind: from a plain mapping, which VPP serves in its fast path. */
    public static final int MAPPED = 1;
    /** Kind: dynamic source NAT. */
    public static final int SOURCE = 2;
    /** Kind: an identity, for all its packets. */
    public static final int IDENTITY = 3;
    /** Kind: untranslated, remembered so that it stays so. */
    public static final int UNTRANSLATED = 4;

    /** Class of everything but TCP and ICMP. */
    public static final int UDP = 0;
    /** Class of established TCP. */
    public static final int TCP_ESTABLISHED = 1;
    /** Class of TCP being set up or torn down. */
    public static final int TCP_TRANSITORY = 2;
    /** Class of TCP that both sides have finished. */
    public static final int TCP_CLOSED = 3;
    /** Class of ICMP queries. */
    public static final int ICMP = 4;
    /** Number of classes. */
    public static final int CLASSES = 5;

    private static final int ACK_OUTSIDE = 1;
    private static final int ACK_INSIDE = 1 << 1;
    private static final int FIN_OUTSIDE = 1 << 2;
    private static final int FIN_INSIDE = 1 << 3;
    private static final int RST = 1 << 4;
    private static final int CLOSED = 1 << 5;
    private static final int CLASS_SHIFT = 8;
    private static final int CLASS_MASK = 7;
    private static final int KIND_SHIFT = 12;
    private static final int KIND_MASK = 7;
    private static final int CHAINED = 1 << 16;
    private static final int LIVE = 1 << 17;

    private static final int LAST_ACTIVE = FlowTable.PAYLOAD;
    private static final int STATE = FlowTable.PAYLOAD + 4;
    private static final int GENERATION = FlowTable.PAYLOAD + 8;
    private static final int OWNER = NatSlots.SLOT + 8;
    private static final int BEGAN = OWNER + 4;

    private static final int SOURCE_ADDRESS = 8;
    private static final int DESTINATION_ADDRESS = 24;
    private static final int TUPLE = 32;

    private final FlowTable table;
    private final int[] timeoutTicks = new int[CLASSES];
    private final int[] owned;
    private final int[] sharing;
    private final NatSlots slots;
    private int recycled;
    private int ended;

    /** An empty table for {@code capacity} sessions made by interfaces 0..{@code maxInterface}. */
    public NatSessions(int capacity, int maxInterface) {
        table = new FlowTable("nat sessions", capacity, CLASSES, 2);
        owned = new int[maxInterface + 1];
        sharing = new int[maxInterface + 1];
        slots = new NatSlots(table);
        timeouts(NatTimeouts.DEFAULT);
    }

    /** The underlying table, for batched lookups; a key of it is a session's number times two, plus one from inside. */
    public FlowTable table() {
        return table;
    }

    /** The fifth word of a key. */
    public static long tuple(int sourcePort, int destinationPort, int protocol, int space, int forwardingTable) {
        return FlowTable.ip4Tuple(sourcePort, destinationPort, protocol, space | forwardingTable);
    }

    /** The session's number with a key. */
    public static int session(int key) {
        return key >> 1;
    }

    /** Whether a key is that of packets from inside. */
    public static boolean isInside(int key) {
        return (key & 1) != 0;
    }

    /** The key of a tuple, or {@link FlowTable#NONE}. */
    public int find(int source, int destination, long tuple) {
        long from = FlowTable.ip4Word(source);
        long to = FlowTable.ip4Word(destination);
        return table.findIp4(FlowTable.hashIp4(from, to, tuple), from, to, tuple);
    }

    /** Reads what {@link #add} changes of a slot. The caller keeps the sum of the results. */
    public long touchSlot(int slot) {
        return slots.touch(slot);
    }

    /** Reads what {@link #add} changes of the session that a slot's chain begins with. */
    public long touchChain(int slot) {
        return slots.touchFirst(slot);
    }

    /** Takes over a new generation: its time-outs, and the end of sessions whose slots are something else now. */
    public void takeOver(NatTable generation, NatTimeouts timeouts) {
        timeouts(timeouts);
        int count = generation.slots();
        slots.grow(count);
        for (int slot = 0; slot < count; slot++) {
            if (slots.set(slot, generation.slotWord(slot))) {
                endStale(slot);
            }
        }
    }

    private void timeouts(NatTimeouts timeouts) {
        int ticks = 1000 / AclSessions.TICK_MILLIS;
        timeoutTicks[UDP] = timeouts.udp() * ticks;
        timeoutTicks[TCP_ESTABLISHED] = timeouts.tcpEstablished() * ticks;
        timeoutTicks[TCP_TRANSITORY] = timeouts.tcpTransitory() * ticks;
        timeoutTicks[TCP_CLOSED] = timeouts.tcpClosed() * ticks;
        timeoutTicks[ICMP] = timeouts.icmp() * ticks;
    }

    /** Walks one slot's sessions only: those of other backends are not even looked at. */
    private void endStale(int slot) {
        int session = slots.first(slot);
        while (session != FlowTable.NONE) {
            int next = slots.next(session);
            if (!isValid(session)) {
                remove(session);
                ended++;
            }
            session = next;
        }
    }

    private boolean isValid(int session) {
        int state = slots.state(session);
        return state == NatTable.ACTIVE || (state == NatTable.DRAINING && isTcp(session));
    }

    /**
     * Adds a session. Neither key may be in the table.
     *
     * @return its number, or {@link FlowTable#NONE} when the table is full of sessions that must stay
     */
    public int add(NatFlow flow, int now) {
        if (table.size() == table.capacity() && !recycle()) {
            return FlowTable.NONE;
        }
        long from = FlowTable.ip4Word(flow.remote);
        long to = FlowTable.ip4Word(flow.external);
        long tuple = tuple(flow.remotePort, flow.externalPort, flow.protocol, OUT2IN, flow.outsideTable);
        int session = table.add(FlowTable.hashIp4(from, to, tuple), 0, from, 0, to, tuple);
        from = FlowTable.ip4Word(flow.local);
        to = FlowTable.ip4Word(flow.peer);
        tuple = tuple(flow.localPort, flow.peerPort, flow.protocol, flow.insideSpace, flow.insideTable);
        table.addSecond(session, FlowTable.hashIp4(from, to, tuple), from, to, tuple);
        int timeoutClass = firstClass(flow.protocol);
        long r = table.address(session);
        Memory.putNativeI32(r + LAST_ACTIVE, now);
        Memory.putNativeI32(r + STATE, LIVE | flow.kind << KIND_SHIFT | timeoutClass << CLASS_SHIFT);
        Memory.putNativeI32(r + OWNER, flow.owner);
        Memory.putNativeI32(r + BEGAN, now);
        table.append(session, timeoutClass, now);
        slots.link(session, flow.slot);
        owned[flow.owner]++;
        sharing[flow.owner] += flow.kind == SOURCE ? 1 : 0;
        return session;
    }

    private static int firstClass(int protocol) {
        return switch (protocol) {
            case Ipv4.PROTOCOL_TCP -> TCP_TRANSITORY;
            case Ipv4.PROTOCOL_ICMP -> ICMP;
            default -> UDP;
        };
    }

    /** Removes a session. */
    public void remove(int session) {
        long r = table.address(session);
        int state = Memory.nativeI32(r + STATE);
        int owner = Memory.nativeI32(r + OWNER);
        slots.unlink(session);
        owned[owner]--;
        sharing[owner] -= ((state >>> KIND_SHIFT) & KIND_MASK) == SOURCE ? 1 : 0;
        Memory.putNativeI32(r + STATE, state & ~LIVE);
        table.remove(session, (state >>> CLASS_SHIFT) & CLASS_MASK);
    }

    /**
     * Follows a packet of a session in the ordinary case: the session is alive, was checked under this generation, and
     * the packet changes nothing but the time of its last activity.
     *
     * @param key the key that the packet matched
     * @param bytes length of its frame, for the counts
     * @return false when the case is not ordinary; nothing has changed then
     */
    public boolean touch(int key, int tcpFlags, int bytes, int generation, int now) {
        long r = table.address(key >> 1);
        int state = Memory.nativeI32(r + STATE);
        int acknowledged = ACK_OUTSIDE << (key & 1);
        boolean changes = (tcpFlags & (Tcp.FIN | Tcp.RST | Tcp.SYN)) != 0
                || ((tcpFlags & Tcp.ACK) != 0
                        && (state & (acknowledged | RST | FIN_OUTSIDE | FIN_INSIDE)) != acknowledged);
        int idle = now - Memory.nativeI32(r + LAST_ACTIVE);
        if (changes
                || Memory.nativeI32(r + GENERATION) != generation
                || idle >= timeoutTicks[(state >>> CLASS_SHIFT) & CLASS_MASK]) {
            return false;
        }
        if (idle != 0) {
            Memory.putNativeI32(r + LAST_ACTIVE, now);
        }
        slots.passed(r, bytes);
        return true;
    }

    /** Notes a packet that matched {@code key}: its session is active now, and TCP flags may change its class. */
    public void track(int key, int tcpFlags, int bytes, int generation, int now) {
        int session = key >> 1;
        long r = table.address(session);
        Memory.putNativeI32(r + LAST_ACTIVE, now);
        Memory.putNativeI32(r + GENERATION, generation);
        slots.passed(r, bytes);
        int state = Memory.nativeI32(r + STATE);
        if (tcpFlags == 0 || ((state >>> KIND_SHIFT) & KIND_MASK) == IDENTITY) {
            return;
        }
        int side = key & 1;
        int seen = (tcpFlags & Tcp.RST) != 0 ? state | RST : state & ~RST;
        int finished = FIN_OUTSIDE | FIN_INSIDE;
        if ((seen & finished) == finished && (tcpFlags & (Tcp.FIN | Tcp.ACK)) == Tcp.ACK) {
            seen |= CLOSED;
        }
        if ((tcpFlags & Tcp.ACK) != 0) {
            seen |= ACK_OUTSIDE << side;
        }
        if ((tcpFlags & Tcp.FIN) != 0) {
            seen |= FIN_OUTSIDE << side;
        }
        if (seen != state) {
            changeState(session, state, seen, now);
        }
    }

    private void changeState(int session, int state, int seen, int now) {
        int before = (state >>> CLASS_SHIFT) & CLASS_MASK;
        int both = ACK_OUTSIDE | ACK_INSIDE;
        int after = TCP_TRANSITORY;
        if ((seen & CLOSED) != 0) {
            after = TCP_CLOSED;
        } else if ((seen & (both | FIN_OUTSIDE | FIN_INSIDE | RST)) == both) {
            after = TCP_ESTABLISHED;
        }
        Memory.putNativeI32(
                table.address(session) + STATE, (seen & ~(CLASS_MASK << CLASS_SHIFT)) | after << CLASS_SHIFT);
        if (after != before) {
            table.move(session, before, after, now);
        }
    }

    /** Whether a session has neither been idle for too long nor lost what it depends on. */
    public boolean isAlive(int session, int now) {
        long r = table.address(session);
        int timeoutClass = (Memory.nativeI32(r + STATE) >>> CLASS_SHIFT) & CLASS_MASK;
        return now - Memory.nativeI32(r + LAST_ACTIVE) < timeoutTicks[timeoutClass] && isValid(session);
    }

    /** Whether a FIN or RST was seen, so that a new SYN begins another connection. */
    public boolean isClosing(int session) {
        return (state(session) & (FIN_OUTSIDE | FIN_INSIDE | RST)) != 0;
    }

    /** Time-out class. */
    public int timeoutClass(int session) {
        return (state(session) >>> CLASS_SHIFT) & CLASS_MASK;
    }

    /** Kind. */
    public int kind(int session) {
        return (state(session) >>> KIND_SHIFT) & KIND_MASK;
    }

    /** Whether packets from outside belong to a second session once this one has translated them. */
    public boolean isChained(int session) {
        return (state(session) & CHAINED) != 0;
    }

    /** Marks a session that translates what another one has translated already. */
    public void chain(int session) {
        Memory.putNativeI32(table.address(session) + STATE, state(session) | CHAINED);
    }

    /** Slot that it depends on. */
    public int slot(int session) {
        return slots.of(session);
    }

    /** Interface whose packet made it. */
    public int owner(int session) {
        return Memory.nativeI32(table.address(session) + OWNER);
    }

    /** Source that a packet which matched {@code key} gets. */
    public int newSource(int key) {
        return Memory.nativeI32(line(key ^ 1) + DESTINATION_ADDRESS);
    }

    /** Destination that a packet which matched {@code key} gets. */
    public int newDestination(int key) {
        return Memory.nativeI32(line(key ^ 1) + SOURCE_ADDRESS);
    }

    /** Ports that a packet which matched {@code key} gets, source in the high half. */
    public int newPorts(int key) {
        int ports = (int) (Memory.nativeI64(line(key ^ 1) + TUPLE) >>> 32);
        return ports << 16 | ports >>> 16;
    }

    /** Forwarding table of a packet which matched {@code key}, once translated. */
    public int newTable(int key) {
        return (int) Memory.nativeI64(line(key ^ 1) + TUPLE) & TABLE_MASK;
    }

    /** Source address of a key. */
    public int source(int key) {
        return Memory.nativeI32(line(key) + SOURCE_ADDRESS);
    }

    /** Destination address of a key. */
    public int destination(int key) {
        return Memory.nativeI32(line(key) + DESTINATION_ADDRESS);
    }

    /** Fifth word of a key. */
    public long tuple(int key) {
        return Memory.nativeI64(line(key) + TUPLE);
    }

    /** When it was active last. */
    public int lastActive(int session) {
        return Memory.nativeI32(table.address(session) + LAST_ACTIVE);
    }

    /** When it began. */
    public int began(int session) {
        return Memory.nativeI32(table.address(session) + BEGAN);
    }

    /** How long sessions of a class may be idle, in ticks. */
    public int timeoutTicks(int timeoutClass) {
        return timeoutTicks[timeoutClass];
    }

    /** Whether a number below {@link FlowTable#highest} is that of a session. */
    public boolean isLive(int session) {
        return (state(session) & LIVE) != 0;
    }

    /** Number of interfaces that may own sessions: 0 to one less. */
    public int interfaces() {
        return owned.length;
    }

    /** Sessions made by packets of an interface. */
    public int owned(int interfaceIndex) {
        return owned[interfaceIndex];
    }

    /** Sessions by which packets of an interface share an outside address: those of kind {@link #SOURCE}. */
    public int sharing(int interfaceIndex) {
        return sharing[interfaceIndex];
    }

    /** What passed by each slot; for any thread. */
    public NatCounts counts() {
        return slots.counts();
    }

    /**
     * Frees sessions that have been idle for too long, looking at {@code budget} at most. A session that was active
     * since it was queued is queued again, so each is looked at once per time-out; {@link #isAlive} keeps one that
     * waits to be freed from being used.
     *
     * @return how many ended
     */
    public int expire(int now, int budget) {
        int count = 0;
        int left = budget;
        for (int list = 0; list < CLASSES; list++) {
            int session = table.oldest(list);
            while (left > 0 && session != FlowTable.NONE && now - table.enqueued(session) >= timeoutTicks[list]) {
                left--;
                if (now - lastActive(session) >= timeoutTicks[list]) {
                    remove(session);
                    count++;
                } else {
                    table.move(session, list, list, now);
                }
                session = table.oldest(list);
            }
        }
        return count;
    }

    /** Sessions that gave way to new ones since the last call. */
    public int takeRecycled() {
        int count = recycled;
        recycled = 0;
        return count;
    }

    /** Sessions that ended with what they depended on since the last call. */
    public int takeEnded() {
        int count = ended;
        ended = 0;
        return count;
    }

    @Override
    public void close() {
        slots.close();
        table.close();
    }

    private boolean recycle() {
        int oldest = table.oldest(TCP_CLOSED);
        if (oldest == FlowTable.NONE) {
            oldest = table.oldest(TCP_TRANSITORY);
        }
        if (oldest == FlowTable.NONE) {
            return false;
        }
        remove(oldest);
        recycled++;
        return true;
    }

    private boolean isTcp(int session) {
        return ((tuple(session << 1) >>> 24) & 0xff) == Ipv4.PROTOCOL_TCP;
    }

    private int state(int session) {
        return Memory.nativeI32(table.address(session) + STATE);
    }

    private long line(int key) {
        return table.address(key >> 1) + (long) (key & 1) * FlowTable.LINE_BYTES;
    }
}
