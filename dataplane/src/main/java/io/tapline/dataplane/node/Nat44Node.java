// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Counters.NatCounter;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.graph.Feature;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.table.FlowTable;
import io.tapline.dataplane.table.NatSessions;
import io.tapline.dataplane.table.NatState;
import io.tapline.dataplane.trace.NatVerdict;
import io.tapline.wire.Icmpv4;

/**
 * The NAT44 nodes: {@code nat44-out2in}, {@code nat44-in2out} and {@code nat44-in2out-output}, the latter two with
 * their slow paths.
 *
 * <p>In VPP a packet without a plain session, and every reply of a load-balanced one, goes from the fast node to the
 * slow one. Here the fast node settles all packets at once and only those being traced take the same two steps, so that
 * the trace reads as VPP's does: the second hop would cost time and change nothing.
 */
public final class Nat44Node extends Node {
    private static final int UNDECIDED = -2;
    private static final int OUT2IN_NEXT_DROP = 0;
    private static final int OUT2IN_NEXT_LOOKUP = 1;
    private static final int NEXT_ICMP_ERROR = 2;
    private static final int IN2OUT_NEXT_PASS = 0;
    private static final int IN2OUT_NEXT_DROP = 1;
    private static final int IN2OUT_NEXT_SLOWPATH = 3;
    private static final int NO_SLOW_PATH = -1;

    private final Context context;
    private final NatSessions sessions;
    private final NatTranslator translator;
    private final NatKeys keys;
    private final Refusals refusals;
    private final int space;
    private final int slowPath;
    private final int position;
    private final NatAhead ahead;
    private int hits;

    private Nat44Node(Context context, NatState state, int index, int space, int slowPath) {
        super(index);
        this.context = context;
        this.sessions = state.sessions();
        this.translator = new NatTranslator(context, state, index);
        this.keys = new NatKeys(space);
        this.refusals = new Refusals(context);
        this.ahead = new NatAhead(sessions);
        this.space = space;
        this.slowPath = slowPath;
        this.position = (space == NatSessions.OUTPUT ? Feature.NAT44_OUTPUT : Feature.NAT44).ordinal();
    }

    /** {@code nat44-in2out}: packets from inside. */
    public static Nat44Node in2out(Context context, NatState state) {
        int slow = NodeIndex.NAT44_IN2OUT_SLOWPATH;
        return new Nat44Node(context, state, NodeIndex.NAT44_IN2OUT, NatSessions.IN2OUT, slow);
    }

    /** {@code nat44-in2out-slowpath}: traced packets from inside without a plain session. */
    public static Nat44Node in2outSlowPath(Context context, NatState state) {
        int index = NodeIndex.NAT44_IN2OUT_SLOWPATH;
        return new Nat44Node(context, state, index, NatSessions.IN2OUT, NO_SLOW_PATH);
    }

    /** {@code nat44-out2in}: packets from outside. */
    public static Nat44Node out2in(Context context, NatState state) {
        return new Nat44Node(context, state, NodeIndex.NAT44_OUT2IN, NatSessions.OUT2IN, NO_SLOW_PATH);
    }

    /** {@code nat44-in2out-output}: packets that leave by an interface with source NAT. */
    public static Nat44Node output(Context context, NatState state) {
        int slow = NodeIndex.NAT44_IN2OUT_OUTPUT_SLOWPATH;
        return new Nat44Node(context, state, NodeIndex.NAT44_IN2OUT_OUTPUT, NatSessions.OUTPUT, slow);
    }

    /** {@code nat44-in2out-output-slowpath}: traced packets that leave without a plain session. */
    public static Nat44Node outputSlowPath(Context context, NatState state) {
        int index = NodeIndex.NAT44_IN2OUT_OUTPUT_SLOWPATH;
        return new Nat44Node(context, state, index, NatSessions.OUTPUT, NO_SLOW_PATH);
    }

    @Override
    public void process(long[] frames, int count, int[] next) {
        Generation generation = context.generation();
        if (passesAll(generation, frames, count)) {
            for (int i = 0; i < count; i++) {
                next[i] = generation.arcs().next(interfaceOf(frames[i]), position);
            }
            context.counters().nat(NatCounter.CHECKED, count);
            return;
        }
        keys.lookUp(frames, count, sessions.table(), generation.interfaces());
        hits = 0;
        if (!followAll(generation, frames, count, next)) {
            for (int from = 0; from < count; from += NatAhead.PACKETS) {
                judgeAll(generation, frames, from, Math.min(count, from + NatAhead.PACKETS), next);
            }
        }
        context.counters().nat(NatCounter.CHECKED, count);
        context.counters().nat(NatCounter.SESSION_HIT, hits);
    }

    /** Whether there is nothing to look up, and nobody who wants to read that: a node without services pays nothing. */
    private boolean passesAll(Generation generation, long[] frames, int count) {
        if (!generation.nat().passesAll() || sessions.table().size() > 0) {
            return false;
        }
        int flags = 0;
        for (int i = 0; i < count; i++) {
            flags |= Frame.flags(frames[i]);
        }
        return (flags & Frame.TRACED) == 0;
    }

    /** The sum of touched words; see {@link NatKeys#touched}. */
    public long touched() {
        return keys.touched() + ahead.touched();
    }

    /**
     * Settles the packets of sessions that they do not change: nearly all packets. The others are left
     * {@link #UNDECIDED}; only {@link #judge} adds or removes sessions, so each one found is still there.
     */
    private boolean followAll(Generation generation, long[] frames, int count, int[] next) {
        int number = (int) generation.number();
        int now = context.nowTicks();
        int lastInterface = -1;
        int node = 0;
        int followed = 0;
        for (int i = 0; i < count; i++) {
            long frame = frames[i];
            int key = keys.key(i);
            boolean ordinary = key != FlowTable.NONE
                    && !Frame.has(frame, Frame.TRACED)
                    && sessions.touch(key, Frame.tcpFlags(frame), Frame.length(frame), number, now);
            if (!ordinary) {
                next[i] = UNDECIDED;
                continue;
            }
            int interfaceIndex = interfaceOf(frame);
            if (interfaceIndex != lastInterface) {
                lastInterface = interfaceIndex;
                node = generation.arcs().next(interfaceIndex, position);
            }
            translator.translate(frame, key);
            next[i] = node;
            followed++;
        }
        hits += followed;
        return followed == count;
    }

    /** Judges the packets that are left, having read ahead what they need of the tables. */
    private void judgeAll(Generation generation, long[] frames, int from, int to, int[] next) {
        ahead.clear();
        for (int i = from; i < to; i++) {
            if (next[i] == UNDECIDED && keys.key(i) == FlowTable.NONE) {
                ahead.add(frames[i]);
            }
        }
        ahead.read(generation);
        for (int i = from; i < to; i++) {
            if (next[i] == UNDECIDED) {
                next[i] = judge(generation, frames[i], i);
            }
        }
    }

    private int interfaceOf(long frame) {
        return space == NatSessions.OUTPUT ? Frame.txInterface(frame) : Frame.rxInterface(frame);
    }

    private int judge(Generation generation, long frame, int i) {
        boolean traced = Frame.has(frame, Frame.TRACED);
        int key = keys.findAgain(i, sessions.table());
        translator.begin(frame);
        if (traced && slowPath != NO_SLOW_PATH && !isPlain(key)) {
            return trace(frame, IN2OUT_NEXT_SLOWPATH, slowPath);
        }
        int outcome = switch (space) {
            case NatSessions.OUT2IN -> translator.fromOutside(frame, key);
            case NatSessions.IN2OUT -> translator.fromInside(frame, key);
            default -> translator.leaving(frame, key);
        };
        hits += translator.verdict().session >= 0 ? 1 : 0;
        if (traced) {
            trace(frame, nextIndex(outcome), 0);
        }
        return switch (outcome) {
            case NatTranslator.PASS -> generation.arcs().next(interfaceOf(frame), position);
            case NatTranslator.REFUSE ->
                refusals.answer(generation, frame, index(), false, Icmpv4.CODE_PORT_UNREACHABLE);
            default -> NodeIndex.ERROR_DROP;
        };
    }

    /** Whether VPP's fast path would translate. */
    private boolean isPlain(int key) {
        if (key == FlowTable.NONE) {
            return false;
        }
        int session = NatSessions.session(key);
        int kind = sessions.kind(session);
        return (kind == NatSessions.MAPPED || kind == NatSessions.SOURCE)
                && sessions.isAlive(session, context.nowTicks());
    }

    private int nextIndex(int outcome) {
        boolean outside = space == NatSessions.OUT2IN;
        return switch (outcome) {
            case NatTranslator.PASS -> outside ? OUT2IN_NEXT_LOOKUP : IN2OUT_NEXT_PASS;
            case NatTranslator.REFUSE -> NEXT_ICMP_ERROR;
            default -> outside ? OUT2IN_NEXT_DROP : IN2OUT_NEXT_DROP;
        };
    }

    private int trace(long frame, int nextIndex, int next) {
        NatVerdict verdict = translator.verdict();
        verdict.nextIndex = nextIndex;
        verdict.portsAfter = NatPacket.hasPorts(frame) ? NatPacket.ports(frame) : 0;
        if (verdict.session >= 0) {
            verdict.session += context.generation().config().nat().firstSession();
        }
        context.trace().nat(index(), frame, verdict);
        return next;
    }
}
