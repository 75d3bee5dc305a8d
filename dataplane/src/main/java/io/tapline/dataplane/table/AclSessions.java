// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Memory;
import io.tapline.wire.Tcp;

/**
 * Connections that a reflecting rule has let through, per interface (VPP: acl-plugin's fa_session).
 *
 * <p>The key is the packet as it enters the switch by the interface; packets that leave by it are looked up mirrored. A
 * session ends when it has been idle for its class's time-out. A TCP session is <em>idle</em> class (long time-out)
 * once both sides have acknowledged something and neither has sent FIN or RST, else <em>transient</em>. VPP wants a SYN
 * from both sides as well, which never happens on the responder's interface, so that its sessions stay transient for
 * life; the acknowledgements alone say the same and hold on both.
 *
 * <p>When the table is full, the transient session that has been so for longest gives way; if there is none, nothing is
 * added.
 *
 * <p>Threading: one worker thread. Times are in ticks of {@value #TICK_MILLIS} ms.
 */
public final class AclSessions implements AutoCloseable {
    /** Length of a tick. */
    public static final int TICK_MILLIS = 100;
    /** Class of everything but TCP; the numbers of the classes are those that VPP prints. */
    public static final int UDP_IDLE = 0;
    /** Class of an established TCP connection. */
    public static final int TCP_IDLE = 1;
    /** Class of a TCP connection that is being set up or torn down. */
    public static final int TCP_TRANSIENT = 2;

    private static final int LAST_ACTIVE = FlowTable.PAYLOAD;
    private static final int RULE = FlowTable.PAYLOAD + 4;
    private static final int EPOCH_AND_STATE = FlowTable.PAYLOAD + 8;

    private static final int ACK_FROM_INPUT = 1;
    private static final int ACK_FROM_OUTPUT = 1 << 1;
    private static final int CLOSING = 1 << 2;
    private static final int MADE_BY_OUTPUT = 1 << 3;
    private static final int CLASS_SHIFT = 4;
    private static final int STATE_MASK = 0xff;

    /**
     * Idle time-outs of the classes, in seconds.
     *
     * @param udp everything but TCP
     * @param tcpIdle established TCP
     * @param tcpTransient other TCP
     */
    public record Timeouts(int udp, int tcpIdle, int tcpTransient) {
        /** VPP's: 600 s, a day, 120 s. */
        public static final Timeouts DEFAULT = new Timeouts(600, 86_400, 120);

        /** Checks that they are positive and fit the tick counter. */
        public Timeouts {
            int longest = Integer.MAX_VALUE / 2 / (1000 / TICK_MILLIS);
            if (Math.min(udp, Math.min(tcpIdle, tcpTransient)) < 1
                    || Math.max(udp, Math.max(tcpIdle, tcpTransient)) > longest) {
                throw new IllegalArgumentException("session time-outs must be 1.." + longest + " seconds, not " + udp
                        + ", " + tcpIdle + ", " + tcpTransient);
            }
        }
    }

    private final FlowTable table;
    private final int[] timeoutTicks;
    private int recycled;

    /** An empty table for {@code capacity} sessions. */
    public AclSessions(int capacity, Timeouts timeouts) {
        table = new FlowTable("acl sessions", capacity, 3);
        int ticks = 1000 / TICK_MILLIS;
        timeoutTicks = new int[] {timeouts.udp() * ticks, timeouts.tcpIdle() * ticks, timeouts.tcpTransient() * ticks};
    }

    /** The underlying table, for batched lookups. */
    public FlowTable table() {
        return table;
    }

    /**
     * Adds a session for a key that has none. To be followed by {@link #judged}.
     *
     * @return its number, or {@link FlowTable#NONE} when the table is full of sessions that must stay
     */
    public int add(int hash, long source, long destination, long tuple, int now) {
        if (table.size() == table.capacity() && !recycle()) {
            return FlowTable.NONE;
        }
        int session = table.add(hash, 0, source, 0, destination, tuple);
        int timeoutClass = isTcp(tuple) ? TCP_TRANSIENT : UDP_IDLE;
        long r = table.address(session);
        Memory.putNativeI32(r + LAST_ACTIVE, now);
        Memory.putNativeI32(r + EPOCH_AND_STATE, timeoutClass << CLASS_SHIFT);
        table.append(session, timeoutClass, now);
        return session;
    }

    /**
     * Notes a packet of a session: it is active now, and its TCP flags may change its class.
     *
     * @param direction by which the packet crosses the interface
     * @param tcpFlags its TCP flags, 0 if it has none
     * @return 0, or {@code 0x10000 | old class << 8 | new class} when the class changed
     */
    public int track(int session, int direction, int tcpFlags, int now) {
        long r = table.address(session);
        Memory.putNativeI32(r + LAST_ACTIVE, now);
        if (tcpFlags == 0) {
            return 0;
        }
        int word = Memory.nativeI32(r + EPOCH_AND_STATE);
        int state = word & STATE_MASK;
        int seen = state;
        if ((tcpFlags & Tcp.ACK) != 0) {
            seen |= direction == InterfaceAcls.INPUT ? ACK_FROM_INPUT : ACK_FROM_OUTPUT;
        }
        if ((tcpFlags & (Tcp.FIN | Tcp.RST)) != 0) {
            seen |= CLOSING;
        }
        return seen == state ? 0 : changeState(session, word, seen, now);
    }

    private int changeState(int session, int word, int seen, int now) {
        int before = seen >>> CLASS_SHIFT & 3;
        int both = ACK_FROM_INPUT | ACK_FROM_OUTPUT;
        int after = before == UDP_IDLE ? UDP_IDLE : (seen & (both | CLOSING)) == both ? TCP_IDLE : TCP_TRANSIENT;
        int state = (seen & ~(3 << CLASS_SHIFT)) | after << CLASS_SHIFT;
        Memory.putNativeI32(table.address(session) + EPOCH_AND_STATE, (word & ~STATE_MASK) | state);
        if (after == before) {
            return 0;
        }
        table.move(session, before, after, now);
        return 0x10000 | before << 8 | after;
    }

    /** Whether a session has been idle for too long, though {@link #expire} has not come to it yet. */
    public boolean isExpired(int session, int now) {
        long r = table.address(session);
        int timeoutClass = (Memory.nativeI32(r + EPOCH_AND_STATE) >>> CLASS_SHIFT) & 3;
        return now - Memory.nativeI32(r + LAST_ACTIVE) >= timeoutTicks[timeoutClass];
    }

    /**
     * Follows a packet of a session in the ordinary case: the session is alive, was judged under the present rules, and
     * the packet changes nothing but the time of its last activity.
     *
     * @param inputEpoch present epoch of the interface's input lists, {@code outputEpoch} of its output lists
     * @return false when the case is not ordinary; nothing has changed then
     */
    public boolean touch(int session, int direction, int tcpFlags, int inputEpoch, int outputEpoch, int now) {
        long r = table.address(session);
        int word = Memory.nativeI32(r + EPOCH_AND_STATE);
        int epoch = (word & MADE_BY_OUTPUT) == 0 ? inputEpoch : outputEpoch;
        int acknowledged = direction == InterfaceAcls.INPUT ? ACK_FROM_INPUT : ACK_FROM_OUTPUT;
        boolean changes = (tcpFlags & (Tcp.FIN | Tcp.RST | Tcp.SYN)) != 0
                || ((tcpFlags & Tcp.ACK) != 0 && (word & acknowledged) == 0);
        int idle = now - Memory.nativeI32(r + LAST_ACTIVE);
        if (changes || word >>> 8 != epoch || idle >= timeoutTicks[(word >>> CLASS_SHIFT) & 3]) {
            return false;
        }
        if (idle != 0) {
            Memory.putNativeI32(r + LAST_ACTIVE, now);
        }
        return true;
    }

    /** Whether a FIN or RST was seen, so that a new SYN begins another connection. */
    public boolean isClosing(int session) {
        return (Memory.nativeI32(table.address(session) + EPOCH_AND_STATE) & CLOSING) != 0;
    }

    /** Time-out class. */
    public int timeoutClass(int session) {
        return Memory.nativeI32(table.address(session) + EPOCH_AND_STATE) >>> CLASS_SHIFT & 3;
    }

    /** Epoch of the lists under which it was judged last. */
    public int epoch(int session) {
        return Memory.nativeI32(table.address(session) + EPOCH_AND_STATE) >>> 8;
    }

    /** Whether the input or the output lists made it. */
    public int direction(int session) {
        int word = Memory.nativeI32(table.address(session) + EPOCH_AND_STATE);
        return (word & MADE_BY_OUTPUT) != 0 ? InterfaceAcls.OUTPUT : InterfaceAcls.INPUT;
    }

    /** Index of the rule that made it, in the lists of {@link #epoch}. */
    public int rule(int session) {
        return Memory.nativeI32(table.address(session) + RULE);
    }

    /**
     * Notes by which rule a session may exist.
     *
     * @param direction {@link InterfaceAcls#INPUT} or {@link InterfaceAcls#OUTPUT}: whose lists judged it
     * @param rule index of the reflecting rule in those lists
     * @param epoch of those lists
     */
    public void judged(int session, int direction, int rule, int epoch) {
        long r = table.address(session);
        int state = Memory.nativeI32(r + EPOCH_AND_STATE) & STATE_MASK & ~MADE_BY_OUTPUT;
        int madeBy = direction == InterfaceAcls.OUTPUT ? MADE_BY_OUTPUT : 0;
        Memory.putNativeI32(r + RULE, rule);
        Memory.putNativeI32(r + EPOCH_AND_STATE, (epoch << 8) | state | madeBy);
    }

    /** Removes a session. */
    public void remove(int session) {
        table.remove(session, timeoutClass(session));
    }

    /**
     * Frees sessions that have been idle for too long, looking at {@code budget} at most. A session that was active
     * since it was queued is queued again, so each is looked at once per time-out; one may thus stay in memory for up
     * to twice its time-out, but {@link #isExpired} keeps it from being used.
     *
     * @return how many ended
     */
    public int expire(int now, int budget) {
        int ended = 0;
        for (int list = 0; list < timeoutTicks.length; list++) {
            int session = table.oldest(list);
            while (budget > 0 && session != FlowTable.NONE && now - table.enqueued(session) >= timeoutTicks[list]) {
                budget--;
                int lastActive = Memory.nativeI32(table.address(session) + LAST_ACTIVE);
                if (now - lastActive >= timeoutTicks[list]) {
                    table.remove(session, list);
                    ended++;
                } else {
                    table.move(session, list, list, now);
                }
                session = table.oldest(list);
            }
        }
        return ended;
    }

    /** Transient sessions that gave way since the last call. */
    public int takeRecycled() {
        int count = recycled;
        recycled = 0;
        return count;
    }

    @Override
    public void close() {
        table.close();
    }

    private boolean recycle() {
        int oldest = table.oldest(TCP_TRANSIENT);
        if (oldest == FlowTable.NONE) {
            return false;
        }
        table.remove(oldest, TCP_TRANSIENT);
        recycled++;
        return true;
    }

    private static boolean isTcp(long tuple) {
        return (tuple >>> 24 & 0xff) == 6;
    }
}
