// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.frame.Frame;
import io.tapline.dataplane.frame.FramePool;
import io.tapline.dataplane.graph.Graph;
import io.tapline.dataplane.graph.Node;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.node.AclNode;
import io.tapline.dataplane.node.ArpInput;
import io.tapline.dataplane.node.Context;
import io.tapline.dataplane.node.ErrorDrop;
import io.tapline.dataplane.node.EthernetInput;
import io.tapline.dataplane.node.InterfaceOutput;
import io.tapline.dataplane.node.Ip4Arp;
import io.tapline.dataplane.node.Ip4IcmpError;
import io.tapline.dataplane.node.Ip4Input;
import io.tapline.dataplane.node.Ip4LoadBalance;
import io.tapline.dataplane.node.Ip4Local;
import io.tapline.dataplane.node.Ip4Lookup;
import io.tapline.dataplane.node.Ip4Rewrite;
import io.tapline.dataplane.node.Ip4SourceCheck;
import io.tapline.dataplane.node.Nat44Classify;
import io.tapline.dataplane.node.Nat44Node;
import io.tapline.dataplane.node.Resolver;
import io.tapline.dataplane.node.VirtioInput;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.FragmentCache;
import io.tapline.dataplane.table.NatState;
import io.tapline.dataplane.table.Neighbors;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.dataplane.trace.TraceRecorder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A switch with one worker.
 *
 * <p>Threading: {@link #apply}, {@link #attach}, {@link #arm}, {@link #disarm}, {@link #traces}, {@link #counters},
 * {@link #generation} and what reads tables may be called by any thread. {@link #poll}, {@link #dispatch} and
 * {@link #runOnce} are for the one thread that is the worker; so is {@link #close}, after its last round. What other
 * threads ask of the worker waits in a queue for its next round.
 */
public final class Switch implements AutoCloseable {
    private static final long EXPIRE_INTERVAL_NANOS = 10_000_000L;
    private static final long RESOLVE_INTERVAL_NANOS = 100_000_000L;
    private static final int EXPIRE_BUDGET = 1024;

    private final SwitchLimits limits;
    private final LongSupplier nanoClock;
    private final FramePool pool;
    private final Counters counters;
    private final TraceRecorder trace;
    private final AclSessions sessions;
    private final Neighbors neighbors;
    private final FragmentCache fragments;
    private final NatState nat;
    private final Context context;
    private final Resolver resolver;
    private final Graph graph;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final long[] received = new long[Graph.VECTOR_FRAMES];
    private volatile Generation published;
    private volatile long inForce;
    private int receivedCount;
    private long nextExpireNanos;
    private long nextResolveNanos;

    /**
     * A switch without interfaces.
     *
     * @param nanoClock the time, in nanoseconds from an origin of the caller's choice, never running backwards
     */
    public Switch(SwitchLimits limits, LongSupplier nanoClock) {
        this.limits = limits;
        this.nanoClock = nanoClock;
        this.pool = new FramePool(limits.smallFrames(), limits.largeFrames());
        this.counters = new Counters(limits.maxInterface());
        this.trace = new TraceRecorder(limits.traces(), nanoClock);
        this.sessions = new AclSessions(limits.aclSessions(), limits.aclTimeouts(), limits.maxInterface());
        this.neighbors = new Neighbors(limits.neighbors());
        this.fragments = new FragmentCache(FragmentCache.DEFAULT_CAPACITY, limits.maxInterface());
        this.nat = NatState.of(limits.nat(), limits.maxInterface());
        this.published = Compiler.empty(limits.maxInterface());
        this.context = new Context(pool, counters, trace, sessions, neighbors, limits.maxInterface(), published);
        this.resolver = new Resolver(context);
        this.graph = new Graph(nodes(), counters, nanoClock);
        context.attach(graph);
    }

    private Node[] nodes() {
        Node[] nodes = new Node[NodeIndex.COUNT];
        List<Node> all = List.of(
                new VirtioInput(context),
                new EthernetInput(context),
                new ArpInput(context, resolver),
                new Ip4Input(context, fragments),
                new Ip4SourceCheck(context),
                AclNode.input(context),
                new Nat44Classify(context),
                Nat44Node.in2out(context, nat),
                Nat44Node.in2outSlowPath(context, nat),
                Nat44Node.out2in(context, nat),
                Nat44Node.output(context, nat),
                Nat44Node.outputSlowPath(context, nat),
                new Ip4Lookup(context),
                new Ip4LoadBalance(context),
                new Ip4Local(context),
                new Ip4Arp(context, resolver),
                new Ip4Rewrite(context),
                new Ip4IcmpError(context, nat),
                AclNode.output(context),
                new InterfaceOutput(context),
                new ErrorDrop(context));
        for (Node node : all) {
            nodes[node.index()] = node;
        }
        return nodes;
    }

    /**
     * Compiles a configuration and publishes it as the next generation; the worker takes it up with its next round.
     * Nothing is cleared first: sessions and learnt neighbours stay.
     *
     * @return the generation, not yet {@link #inForce} perhaps
     * @throws io.tapline.dataplane.config.ConfigException naming the object at fault; nothing has changed then
     */
    public synchronized Generation apply(SwitchConfig config) {
        Generation next =
                Compiler.compile(config, published, limits.maxInterface(), Context.ticks(nanoClock.getAsLong()));
        published = next;
        return next;
    }

    /** The newest generation. */
    public Generation generation() {
        return published;
    }

    /** Number of the generation that the worker judged its last round by. */
    public long inForce() {
        return inForce;
    }

    /** Connects a device to an interface, in place of the one it may have, with the next round. */
    public void attach(int interfaceIndex, PacketDevice device) {
        commands.add(() -> attachNow(interfaceIndex, device));
    }

    /** Connects a device to an interface. Worker thread. */
    public void attachNow(int interfaceIndex, PacketDevice device) {
        context.device(interfaceIndex, device);
    }

    /** Disconnects an interface; frames for it are dropped from then on. Worker thread. */
    public void detachNow(int interfaceIndex) {
        context.device(interfaceIndex, null);
    }

    /**
     * Reads a part of the session table. The worker copies it with its next round, a thousand records at most, so that
     * a million sessions do not hold up packets; ask for the next part when this one has come.
     *
     * @param from 0, or {@link Page#next} of the part before
     */
    public CompletableFuture<Page<SessionView>> sessions(int from) {
        checkFrom(from);
        return ask(() -> SessionReader.copy(sessions, from, Context.ticks(nanoClock.getAsLong()), context.generation()))
                .thenApplyAsync(SessionReader::decode);
    }

    /** Reads a part of the table of NAT44's sessions, as {@link #sessions(int)} that of the access lists. */
    public CompletableFuture<Page<NatSessionView>> natSessions(int from) {
        checkFrom(from);
        return ask(() -> NatSessionReader.copy(
                        nat.sessions(), from, Context.ticks(nanoClock.getAsLong()), context.generation()))
                .thenApplyAsync(NatSessionReader::decode);
    }

    /** Reads a part of the table of dynamic neighbours, as {@link #sessions(int)} that of sessions. */
    public CompletableFuture<Page<NeighborView>> neighbors(int from) {
        checkFrom(from);
        return ask(() -> NeighborReader.read(
                neighbors, from, nanoClock.getAsLong(), context.generation().interfaces()));
    }

    /** How full the tables are that follow from traffic, after the worker's next round. */
    public CompletableFuture<SwitchUsage> usage() {
        return ask(() -> UsageReader.copy(
                        sessions,
                        nat,
                        fragments,
                        neighbors,
                        Context.ticks(nanoClock.getAsLong()),
                        context.generation()))
                .thenApplyAsync(UsageReader::decode);
    }

    /**
     * What the mappings of the newest generation and their backends have served, in the order of the configuration. Any
     * thread; the worker is not asked.
     */
    public List<NatMappingUse> natMappings() {
        return NatMappingUse.of(published, nat.sessions().counts());
    }

    private static void checkFrom(int from) {
        if (from < 0) {
            throw new IllegalArgumentException("part of a table at " + from + ": begin with 0");
        }
    }

    /** Has the worker answer {@code question} between two rounds; one that fails does not harm the worker. */
    public <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        commands.add(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /**
     * Compiles a configuration without publishing it, to ask which live sessions its access lists would no longer
     * permit.
     *
     * @throws io.tapline.dataplane.config.ConfigException naming the object at fault
     */
    public SessionPreview preview(SwitchConfig proposed) {
        Generation present = published;
        return new SessionPreview(
                Compiler.compile(proposed, present, limits.maxInterface(), Context.ticks(nanoClock.getAsLong())));
    }

    /** Runs {@code command} on the worker, between two rounds. */
    public void execute(Runnable command) {
        commands.add(command);
    }

    /**
     * Lets TCP connections in mid-life make sessions as new ones do, for a time: after a restart of the switch, so that
     * connections from before go on. Even so, a session made by such a packet does not let its peer open a connection.
     */
    public void adoptConnections(int seconds) {
        commands.add(() -> context.adoptConnectionsUntil(nanoClock.getAsLong() + seconds * 1_000_000_000L));
    }

    /** Traces the next {@code packets} packets that match a filter. */
    public void arm(TraceFilter filter, int packets) {
        commands.add(() -> armNow(filter, packets));
    }

    /** Traces the next {@code packets} packets that match a filter. Worker thread. */
    public void armNow(TraceFilter filter, int packets) {
        trace.arm(filter, packets);
    }

    /** Stops tracing and forgets what was traced. */
    public void disarm() {
        commands.add(() -> {
            trace.disarm();
            trace.clear();
        });
    }

    /** The kept traces, oldest first. */
    public List<PacketTrace> traces() {
        return trace.read();
    }

    /** Counters; see there for what may be read when. */
    public Counters counters() {
        return counters;
    }

    /** Frames that wait inside the switch for ARP. Worker thread. */
    public int framesHeld() {
        return neighbors.heldTotal();
    }

    /** Packet memory, for devices that reserve some. Worker thread. */
    public FramePool pool() {
        return pool;
    }

    /** Reflected sessions. Worker thread. */
    public AclSessions sessions() {
        return sessions;
    }

    /** What NAT44 remembers. Worker thread. */
    public NatState nat() {
        return nat;
    }

    /** Dynamic neighbours. Worker thread. */
    public Neighbors neighbors() {
        return neighbors;
    }

    /** Begins a round: carries out what other threads asked for, and takes up the newest generation. Worker thread. */
    public void beginRound() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        Generation generation = published;
        context.startRound(generation, nanoClock.getAsLong());
        if (generation.number() != inForce) {
            nat.sessions().takeOver(generation.nat(), generation.config().nat().timeouts());
            counters.nat(Counters.NatCounter.SESSION_REVOKED, nat.sessions().takeEnded());
            inForce = generation.number();
        }
        receivedCount = 0;
    }

    /**
     * Receives from an interface into the present round. Worker thread.
     *
     * @param max most frames
     * @return how many came; 0 also when the round is full
     */
    public int poll(int interfaceIndex, int max) {
        PacketDevice device = context.device(interfaceIndex);
        int room = Math.min(max, received.length - receivedCount);
        if (device == null || room <= 0) {
            return 0;
        }
        int count = device.receive(pool, received, receivedCount, room);
        if (count == 0 && pool.available() == 0) {
            counters.noBuffers(interfaceIndex);
        }
        long bytes = 0;
        for (int i = receivedCount; i < receivedCount + count; i++) {
            int length = Frame.length(received[i]);
            bytes += length;
            Frame.received(received[i], length, interfaceIndex);
        }
        counters.received(interfaceIndex, count, bytes);
        receivedCount += count;
        return count;
    }

    /** Takes what was received through the graph, and does what is due by time. Worker thread. */
    public void dispatch() {
        if (receivedCount > 0) {
            graph.enqueue(NodeIndex.VIRTIO_INPUT, received, receivedCount);
            receivedCount = 0;
        }
        maintain();
        graph.dispatch();
    }

    /** One whole round over all interfaces. Worker thread. */
    public int runOnce() {
        beginRound();
        int count = 0;
        for (int i = 0; i <= limits.maxInterface(); i++) {
            count += poll(i, Graph.VECTOR_FRAMES);
        }
        dispatch();
        return count;
    }

    private void maintain() {
        long now = context.nowNanos();
        if (now >= nextExpireNanos) {
            nextExpireNanos = now + EXPIRE_INTERVAL_NANOS;
            counters.acl(Counters.AclCounter.SESSION_EXPIRED, sessions.expire(context.nowTicks(), EXPIRE_BUDGET));
            maintainNat(context.nowTicks());
        }
        if (now >= nextResolveNanos) {
            nextResolveNanos = now + RESOLVE_INTERVAL_NANOS;
            resolver.maintain();
        }
    }

    private void maintainNat(int now) {
        counters.nat(Counters.NatCounter.SESSION_EXPIRED, nat.sessions().expire(now, EXPIRE_BUDGET));
        counters.nat(Counters.NatCounter.SESSION_RECYCLED, nat.sessions().takeRecycled());
        nat.affinity().expire(context.generation().nat(), now, EXPIRE_BUDGET);
    }

    @Override
    public void close() {
        trace.close();
        sessions.close();
        fragments.close();
        nat.close();
        pool.close();
    }
}
