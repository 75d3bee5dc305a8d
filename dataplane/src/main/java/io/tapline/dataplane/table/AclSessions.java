// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.table;

import io.tapline.wire.Memory;
import io.tapline.wire.Region;
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
 * <p>A session remembers whether the peer opened the connection, so that a change of the rules asks the lists that the
 * opener's packets pass, too.
 *
 * <p><b>Shares.</b> An interface may have as many sessions as are still free, so that there is always room for another.
 * An interface beyond that which has more than the average makes room by its own sessions; one that has less, by those
 * of the interface that has most. Only half-open or closing TCP connections and exchanges that nobody has answered give
 * way, oldest first; if there are none, an interface with less than the average takes what is free, and one with more
 * gets no session. Neither established connections nor answered exchanges are ever harmed.
 *
 * <p>Threading: one worker thread. Times are in ticks of {@value #TICK_MILLIS} ms.
 */
public final class AclSessions implements AutoCloseable {
    /** Length of a tick. */
    public static final int TICK_MILLIS = 100;
    /** Ticks in a second. */
    public static final int TICKS_PER_SECOND = 1000 / TICK_MILLIS;
    /** Class of everything but TCP; the numbers of the classes are those that VPP prints. */
    public static final int UDP_IDLE = 0;
    /** Class of an established TCP connection. */
    public static final int TCP_IDLE = 1;
    /** Class of a TCP connection that is being set up or torn down. */
    public static final int TCP_TRANSIENT = 2;

    /** Class of everything but TCP while nobody has answered; for VPP it is the same as {@link #UDP_IDLE}. */
    public static final int UDP_UNANSWERED = 3;

    private static final int LAST_ACTIVE = FlowTable.PAYLOAD;
    private static final int RULE = FlowTable.PAYLOAD + 4;
    private static final int EPOCH_AND_STATE = FlowTable.PAYLOAD + 8;

    private static final int ACK_FROM_INPUT = 1;
    private static final int ACK_FROM_OUTPUT = 1 << 1;
    private static final int CLOSING = 1 << 2;
    private static final int MADE_BY_OUTPUT = 1 << 3;
    private static final int CLASS_SHIFT = 4;
    private static final int CLASS_MASK = 3;
    private static final int OPENED_BY_PEER = 1 << 6;
    private static final int DRAINING = 1 << 7;
    private static final int STATE_MASK = 0xff;
    private static final int EPOCH_SHIFT = 8;

    /** Lists 0 and 1 are those of the classes that never give way; then two for each interface. */
    private static final int COMMON_LISTS = 2;

    private static final int INTERFACES_PER_EXPIRY = 128;
    private static final int NO_RULE = -1;

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
    private final Region created;
    private final Region senders;
    private final OwnerShares shares;
    private final int interfaces;
    private final int[] timeoutTicks;
    private int nextToExpire;
    private int recycled;

    /** An empty table for {@code capacity} sessions on interfaces 0..{@code maxInterface}. */
    public AclSessions(int capacity, Timeouts timeouts, int maxInterface) {
        interfaces = maxInterface + 1;
        table = new FlowTable("acl sessions", capacity, COMMON_LISTS + 2 * interfaces);
        created = Region.allocate("acl session ages", (long) capacity * Integer.BYTES);
        senders = Region.allocate("acl session senders", (long) capacity * Short.BYTES);
        shares = new OwnerShares(maxInterface);
        int ticks = TICKS_PER_SECOND;
        int udp = timeouts.udp() * ticks;
        timeoutTicks = new int[] {udp, timeouts.tcpIdle() * ticks, timeouts.tcpTransient() * ticks, udp};
    }

    /** The underlying table, for batched lookups. */
    public FlowTable table() {
        return table;
    }

    /** Sessions of one interface. */
    public int size(int interfaceIndex) {
        return shares.held(interfaceIndex);
    }

    /**
     * Adds a session for a key that has none. To be followed by {@link #judged}.
     *
     * @return its number, or {@link FlowTable#NONE} when neither the table nor the interface's share has room
     */
    public int add(int hash, long source, long destination, long tuple, int now) {
        int owner = owner(tuple);
        boolean tcp = isTcp(tuple);
        if (shares.held(owner) >= table.capacity() - table.size() && !makeRoom(owner, tcp)) {
            return FlowTable.NONE;
        }
        int session = table.add(hash, 0, source, 0, destination, tuple);
        int timeoutClass = tcp ? TCP_TRANSIENT : UDP_UNANSWERED;
        long r = table.address(session);
        Memory.putNativeI32(r + LAST_ACTIVE, now);
        Memory.putNativeI32(r + EPOCH_AND_STATE, timeoutClass << CLASS_SHIFT);
        Memory.putNativeI32(created.address() + (long) session * Integer.BYTES, now);
        sender(session, 0);
        table.append(session, list(timeoutClass, owner), now);
        shares.add(owner);
        return session;
    }

    /**
     * Notes a packet of a session: it is active now, and its direction and TCP flags may change its class.
     *
     * @param direction by which the packet crosses the interface
     * @param tcpFlags its TCP flags, 0 if it has none
     * @return 0, or {@code 0x10000 | old class << 8 | new class} when the class that VPP knows changed
     */
    public int track(int session, int direction, int tcpFlags, int now) {
        long r = table.address(session);
        Memory.putNativeI32(r + LAST_ACTIVE, now);
        int word = Memory.nativeI32(r + EPOCH_AND_STATE);
        if (timeoutClassOf(word) == UDP_UNANSWERED) {
            if (direction != directionOf(word)) {
                changeClass(session, word & STATE_MASK, UDP_IDLE, now);
            }
            return 0;
        }
        int state = word & STATE_MASK;
        int seen = state;
        if ((tcpFlags & Tcp.ACK) != 0) {
            seen |= direction == InterfaceAcls.INPUT ? ACK_FROM_INPUT : ACK_FROM_OUTPUT;
        }
        if ((tcpFlags & (Tcp.FIN | Tcp.RST)) != 0) {
            seen |= CLOSING;
        }
        int before = timeoutClassOf(word);
        if (seen == state || before == UDP_IDLE) {
            return 0;
        }
        int both = ACK_FROM_INPUT | ACK_FROM_OUTPUT;
        int after = (seen & (both | CLOSING)) == both ? TCP_IDLE : TCP_TRANSIENT;
        changeClass(session, seen, after, now);
        return after == before ? 0 : 0x10000 | before << 8 | after;
    }

    private void changeClass(int session, int state, int after, int now) {
        long r = table.address(session);
        int before = timeoutClassOf(state);
        int word = Memory.nativeI32(r + EPOCH_AND_STATE) & ~STATE_MASK;
        Memory.putNativeI32(r + EPOCH_AND_STATE, word | (state & ~(CLASS_MASK << CLASS_SHIFT)) | after << CLASS_SHIFT);
        if (after != before) {
            int owner = ownerOf(session);
            table.move(session, list(before, owner), list(after, owner), now);
        }
    }

    /** Whether a session has been idle for too long, though {@link #expire} has not come to it yet. */
    public boolean isExpired(int session, int now) {
        long r = table.address(session);
        int timeoutClass = timeoutClassOf(Memory.nativeI32(r + EPOCH_AND_STATE));
        return now - Memory.nativeI32(r + LAST_ACTIVE) >= timeoutTicks[timeoutClass];
    }

    /**
     * Follows a packet of a session in the ordinary case: the session is alive, was judged under the present rules, and
     * the packet changes nothing but the time of its last activity.
     *
     * @param presentEpoch present epoch of the interface's lists
     * @return false when the case is not ordinary; nothing has changed then
     */
    public boolean touch(int session, int direction, int tcpFlags, int presentEpoch, int now) {
        long r = table.address(session);
        int word = Memory.nativeI32(r + EPOCH_AND_STATE);
        int timeoutClass = timeoutClassOf(word);
        int acknowledged = direction == InterfaceAcls.INPUT ? ACK_FROM_INPUT : ACK_FROM_OUTPUT;
        boolean changes = (tcpFlags & (Tcp.FIN | Tcp.RST | Tcp.SYN)) != 0
                || ((tcpFlags & Tcp.ACK) != 0 && (word & acknowledged) == 0)
                || (timeoutClass == UDP_UNANSWERED && direction != directionOf(word));
        int idle = now - Memory.nativeI32(r + LAST_ACTIVE);
        if (changes || word >>> EPOCH_SHIFT != presentEpoch || idle >= timeoutTicks[timeoutClass]) {
            return false;
        }
        if (idle != 0) {
            Memory.putNativeI32(r + LAST_ACTIVE, now);
        }
        return true;
    }

    /** Whether a FIN or RST was seen, so that a new SYN begins another connection. */
    public boolean isClosing(int session) {
        return (word(session) & CLOSING) != 0;
    }

    /** Time-out class. */
    public int timeoutClass(int session) {
        return timeoutClassOf(word(session));
    }

    /** Epoch of the lists under which it was judged last. */
    public int epoch(int session) {
        return word(session) >>> EPOCH_SHIFT;
    }

    /** Whether the input or the output lists made it. */
    public int direction(int session) {
        return directionOf(word(session));
    }

    /** Whether it was made by an answer: the connection was opened in the other direction than that which made it. */
    public boolean openedByPeer(int session) {
        return (word(session) & OPENED_BY_PEER) != 0;
    }

    /** Whether the connection's first packet came in by this interface, not out. */
    public boolean openedHere(int session) {
        int word = word(session);
        return ((word & MADE_BY_OUTPUT) == 0) == ((word & OPENED_BY_PEER) == 0);
    }

    /** Whether a number stands for a session of this interface whose packets from there have this source. */
    public boolean isOf(int session, int interfaceIndex, int protocol, int source) {
        if (!table.isUsed(session)) {
            return false;
        }
        long r = table.address(session);
        long tuple = Memory.nativeI64(r + FlowTable.TUPLE);
        return owner(tuple) == interfaceIndex
                && (tuple >>> 24 & 0xff) == protocol
                && Memory.nativeI64(r + FlowTable.SOURCE_LOW) == FlowTable.ip4Word(source);
    }

    /** The interface whose sender lists permitted the first packet on its way out; 0 when that is unknown or none. */
    public int sender(int session) {
        return Memory.nativeU16(senders.address() + (long) session * Short.BYTES);
    }

    /** Notes by which interface the first packet of a session that the way out made had come in. */
    public void sender(int session, int interfaceIndex) {
        Memory.putNativeU16(senders.address() + (long) session * Short.BYTES, interfaceIndex);
    }

    /** Index of the rule that made it, in the lists of {@link #epoch}; -1 when those are no longer in force. */
    public int rule(int session) {
        return isDraining(session) ? NO_RULE : Memory.nativeI32(table.address(session) + RULE);
    }

    /** When it was made, in ticks. */
    public int created(int session) {
        return Memory.nativeI32(created.address() + (long) session * Integer.BYTES);
    }

    /** When it was last active, in ticks. */
    public int lastActive(int session) {
        return Memory.nativeI32(table.address(session) + LAST_ACTIVE);
    }

    /**
     * Notes by which rule a session may exist.
     *
     * @param direction {@link InterfaceAcls#INPUT} or {@link InterfaceAcls#OUTPUT}: whose lists judged it
     * @param rule index of the reflecting rule in those lists
     * @param epoch of the interface's lists
     */
    public void judged(int session, int direction, int rule, int epoch) {
        long r = table.address(session);
        int state = word(session) & STATE_MASK & ~(MADE_BY_OUTPUT | DRAINING);
        int madeBy = direction == InterfaceAcls.OUTPUT ? MADE_BY_OUTPUT : 0;
        Memory.putNativeI32(r + RULE, rule);
        Memory.putNativeI32(r + EPOCH_AND_STATE, epoch << EPOCH_SHIFT | state | madeBy);
    }

    /** Notes that a session was made by an answer. */
    public void markOpenedByPeer(int session) {
        Memory.putNativeI32(table.address(session) + EPOCH_AND_STATE, word(session) | OPENED_BY_PEER);
    }

    /** Lets a session go on although the lists of {@code epoch} would not permit it. */
    public void keep(int session, int epoch) {
        long r = table.address(session);
        Memory.putNativeI32(r + RULE, NO_RULE);
        Memory.putNativeI32(r + EPOCH_AND_STATE, epoch << EPOCH_SHIFT | (word(session) & STATE_MASK & ~DRAINING));
    }

    /**
     * Lets a session that the present lists would not permit go on until a deadline; the first deadline counts. Its
     * epoch stays that of lists gone by, so that each packet asks again.
     *
     * @return whether the deadline is still to come
     */
    public boolean drain(int session, int deadline, int now) {
        long r = table.address(session);
        if (!isDraining(session)) {
            Memory.putNativeI32(r + RULE, deadline);
            Memory.putNativeI32(r + EPOCH_AND_STATE, word(session) | DRAINING);
        }
        return now - Memory.nativeI32(r + RULE) < 0;
    }

    /** Removes a session. */
    public void remove(int session) {
        int owner = ownerOf(session);
        table.remove(session, list(timeoutClass(session), owner));
        shares.remove(owner);
    }

    /**
     * Frees sessions that have been idle for too long, looking at {@code budget} at most and at the short-lived ones of
     * some interfaces at a time. A session that was active since it was queued is queued again, so each is looked at
     * once per time-out; one may thus stay in memory for up to twice its time-out, but {@link #isExpired} keeps it from
     * being used.
     *
     * @return how many ended
     */
    public int expire(int now, int budget) {
        int before = table.size();
        int left = expire(UDP_IDLE, UDP_IDLE, now, budget);
        left = expire(TCP_IDLE, TCP_IDLE, now, left);
        for (int i = 0; i < Math.min(interfaces, INTERFACES_PER_EXPIRY) && left > 0; i++) {
            left = expire(list(TCP_TRANSIENT, nextToExpire), TCP_TRANSIENT, now, left);
            left = expire(list(UDP_UNANSWERED, nextToExpire), UDP_UNANSWERED, now, left);
            nextToExpire = (nextToExpire + 1) % interfaces;
        }
        return before - table.size();
    }

    private int expire(int list, int timeoutClass, int now, int budget) {
        int left = budget;
        int timeout = timeoutTicks[timeoutClass];
        int session = table.oldest(list);
        while (left > 0 && session != FlowTable.NONE && now - table.enqueued(session) >= timeout) {
            left--;
            if (now - lastActive(session) >= timeout) {
                remove(session);
            } else {
                table.move(session, list, list, now);
            }
            session = table.oldest(list);
        }
        return left;
    }

    /** Sessions that gave way since the last call. */
    public int takeRecycled() {
        int count = recycled;
        recycled = 0;
        return count;
    }

    @Override
    public void close() {
        table.close();
        created.close();
        senders.close();
    }

    /** Whether there is room for one session more of {@code owner}, after another gave way if need be. */
    private boolean makeRoom(int owner, boolean tcp) {
        int victim = shares.victimFor(owner);
        return recycle(victim, tcp)
                || (victim != owner && recycle(owner, tcp))
                || (victim != owner && table.size() < table.capacity());
    }

    /** Frees one of the owner's sessions that may give way; one of the new one's kind if there is one. */
    private boolean recycle(int owner, boolean tcp) {
        int first = table.oldest(list(tcp ? TCP_TRANSIENT : UDP_UNANSWERED, owner));
        int session = first != FlowTable.NONE ? first : table.oldest(list(tcp ? UDP_UNANSWERED : TCP_TRANSIENT, owner));
        if (session == FlowTable.NONE) {
            return false;
        }
        remove(session);
        recycled++;
        return true;
    }

    private static int list(int timeoutClass, int owner) {
        return switch (timeoutClass) {
            case TCP_TRANSIENT -> COMMON_LISTS + 2 * owner;
            case UDP_UNANSWERED -> COMMON_LISTS + 2 * owner + 1;
            default -> timeoutClass;
        };
    }

    private int word(int session) {
        return Memory.nativeI32(table.address(session) + EPOCH_AND_STATE);
    }

    private boolean isDraining(int session) {
        return (word(session) & DRAINING) != 0;
    }

    private int ownerOf(int session) {
        return owner(Memory.nativeI64(table.address(session) + FlowTable.TUPLE));
    }

    private static int timeoutClassOf(int word) {
        return word >>> CLASS_SHIFT & CLASS_MASK;
    }

    private static int directionOf(int word) {
        return (word & MADE_BY_OUTPUT) != 0 ? InterfaceAcls.OUTPUT : InterfaceAcls.INPUT;
    }

    private static int owner(long tuple) {
        return (int) tuple & 0xffff;
    }

    private static boolean isTcp(long tuple) {
        return (tuple >>> 24 & 0xff) == 6;
    }
}
