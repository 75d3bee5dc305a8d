// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane.node;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.PacketDevice;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.dataplane.graph.Graph;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.dataplane.trace.TraceRecorder;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of one worker share: the generation that judges the present round, the worker's own tables, time.
 *
 * <p>Threading: one worker thread. {@link #startRound} fixes the generation and the time for a whole round, so that a
 * packet is judged by one generation only.
 */
public final class Context {
    private final FramePool pool;
    private final Counters counters;
    private final TraceRecorder trace;
    private final AclSessions sessions;
    private final Neighbors neighbors;
    private final TokenBucket icmpErrors;
    private final @Nullable PacketDevice[] devices;
    private Generation generation;
    private long nowNanos;
    private int nowTicks;
    private long adoptUntilNanos = Long.MIN_VALUE;
    private @Nullable Graph graph;

    /** Shares these; the graph is added by {@link #attach} once its nodes exist. */
    public Context(
            FramePool pool,
            Counters counters,
            TraceRecorder trace,
            AclSessions sessions,
            Neighbors neighbors,
            int maxInterface,
            Generation generation) {
        this.pool = pool;
        this.counters = counters;
        this.trace = trace;
        this.sessions = sessions;
        this.neighbors = neighbors;
        this.icmpErrors = new TokenBucket(1000, 200);
        this.devices = new PacketDevice[maxInterface + 1];
        this.generation = generation;
    }

    /** Completes the construction. */
    public void attach(Graph newGraph) {
        graph = newGraph;
    }

    /** Begins a round: everything until the next one is judged by {@code newGeneration}, at {@code newNowNanos}. */
    public void startRound(Generation newGeneration, long newNowNanos) {
        generation = newGeneration;
        nowNanos = newNowNanos;
        nowTicks = ticks(newNowNanos);
    }

    /** Nanoseconds as ticks of {@link AclSessions#TICK_MILLIS}. */
    public static int ticks(long nanos) {
        return (int) (nanos / (AclSessions.TICK_MILLIS * 1_000_000L));
    }

    /** Whether TCP connections in mid-life make sessions as new ones do: they may be older than the switch. */
    public boolean adoptsConnections() {
        return nowNanos < adoptUntilNanos;
    }

    /** Sets until when the switch adopts connections. */
    public void adoptConnectionsUntil(long nanos) {
        adoptUntilNanos = nanos;
    }

    /** The generation of this round. */
    public Generation generation() {
        return generation;
    }

    /** Time of this round in nanoseconds. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Time of this round in ticks of {@link AclSessions#TICK_MILLIS}. */
    public int nowTicks() {
        return nowTicks;
    }

    /** Packet memory. */
    public FramePool pool() {
        return pool;
    }

    /** Counters. */
    public Counters counters() {
        return counters;
    }

    /** Trace recorder. */
    public TraceRecorder trace() {
        return trace;
    }

    /** Sessions of the access lists. */
    public AclSessions sessions() {
        return sessions;
    }

    /** Dynamic neighbours. */
    public Neighbors neighbors() {
        return neighbors;
    }

    /** Limits ICMP errors, to 1000 a second with bursts of 200 (RFC 1812 section 4.3.2.8). */
    public TokenBucket icmpErrors() {
        return icmpErrors;
    }

    /** The graph, for nodes that make or release frames. */
    public Graph graph() {
        if (graph == null) {
            throw new IllegalStateException("the context has no graph yet");
        }
        return graph;
    }

    /** The device of an interface, or null when it has none. */
    public @Nullable PacketDevice device(int interfaceIndex) {
        return interfaceIndex < devices.length ? devices[interfaceIndex] : null;
    }

    /** Sets or removes the device of an interface. */
    public void device(int interfaceIndex, @Nullable PacketDevice device) {
        devices[interfaceIndex] = device;
    }
}
