// SPDX-License-Identifier: Apache-2.0
package io.tapline.vswitch;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.Generation;
import io.tapline.dataplane.NatMappingUse;
import io.tapline.dataplane.NatSessionView;
import io.tapline.dataplane.NeighborView;
import io.tapline.dataplane.Page;
import io.tapline.dataplane.SessionPreview;
import io.tapline.dataplane.SessionView;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.SwitchUsage;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.linux.Epoll;
import io.tapline.linux.EventFd;
import io.tapline.linux.FrameDevice;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A switch whose interfaces are TAPs and network cards, run by a worker thread of its own.
 *
 * <p>The worker waits in {@code epoll}; when frames come it goes on looking for a while before it waits again, for
 * waking a thread costs more than forwarding a packet.
 *
 * <p>Threading: every method may be called by any thread but the worker.
 */
public final class LiveSwitch implements AutoCloseable {
    private static final int EVENTS = 256;
    private static final int FRAMES_PER_POLL = 64;
    private static final int IDLE_WAIT_MILLIS = 100;
    private static final long COMMAND_TIMEOUT_SECONDS = 10;
    private static final long WAKE_UP = -1;

    private final Switch vswitch;
    private final Epoll epoll;
    private final EventFd wakeUp;
    private final long spinNanos;
    private final LongSupplier clock;
    private final Thread worker;
    private final Map<Integer, Port> ports = new HashMap<>();
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    private record Port(FrameDevice kernel, KernelDevice device) {}

    private LiveSwitch(SwitchLimits limits, long spinNanos) {
        long origin = System.nanoTime();
        this.clock = () -> System.nanoTime() - origin;
        this.vswitch = new Switch(limits.withNat(limits.nat().withSeed(new SecureRandom().nextLong())), clock);
        this.epoll = Epoll.open(EVENTS);
        this.wakeUp = EventFd.open();
        this.spinNanos = spinNanos;
        this.epoll.add(wakeUp.fd(), Epoll.READABLE, WAKE_UP);
        this.worker = Thread.ofPlatform().name("tapline-worker").unstarted(this::run);
    }

    /**
     * Starts a switch without interfaces. Whatever the limits say, NAT's choice of ports begins from a seed that nobody
     * can guess.
     *
     * @param spinNanos how long the worker goes on looking for frames after the last; 0 on a machine whose cores are
     *     needed by those who send the frames
     */
    public static LiveSwitch start(SwitchLimits limits, long spinNanos) {
        LiveSwitch live = new LiveSwitch(limits, spinNanos);
        live.worker.start();
        return live;
    }

    /**
     * Applies a configuration and waits until the worker judges by it.
     *
     * @throws io.tapline.dataplane.config.ConfigException naming the object at fault; nothing has changed then
     */
    public Generation apply(SwitchConfig config) {
        Generation generation = vswitch.apply(config);
        await(() -> {});
        return generation;
    }

    /** Connects a device to an interface. The switch reads and writes it from now on, but the caller closes it. */
    public synchronized void attach(int interfaceIndex, FrameDevice kernel) {
        detach(interfaceIndex);
        KernelDevice device = new KernelDevice(kernel);
        await(() -> vswitch.attachNow(interfaceIndex, device));
        ports.put(interfaceIndex, new Port(kernel, device));
        epoll.add(kernel.fd(), Epoll.READABLE, interfaceIndex);
    }

    /** Disconnects an interface, if it is connected; its device can be closed then. */
    public synchronized void detach(int interfaceIndex) {
        Port port = ports.remove(interfaceIndex);
        if (port != null) {
            epoll.remove(port.kernel().fd());
            await(() -> {
                vswitch.detachNow(interfaceIndex);
                port.device().releaseTo(vswitch.pool());
            });
        }
    }

    /** Indexes of the interfaces that a TAP is connected to. */
    public synchronized Set<Integer> connected() {
        return Set.copyOf(ports.keySet());
    }

    /** Traces the next {@code packets} packets that match a filter. */
    public void arm(TraceFilter filter, int packets) {
        await(() -> vswitch.armNow(filter, packets));
    }

    /** Stops tracing and forgets what was traced. */
    public void disarm() {
        vswitch.disarm();
        await(() -> {});
    }

    /** The kept traces, oldest first. */
    public List<PacketTrace> traces() {
        return vswitch.traces();
    }

    /** The time that traces are stamped with, in nanoseconds since the switch was made. */
    public long nanoTime() {
        return clock.getAsLong();
    }

    /** Counters. */
    public Counters counters() {
        return vswitch.counters();
    }

    /** The newest generation. */
    public Generation generation() {
        return vswitch.generation();
    }

    /**
     * Reads a part of the session table; see {@link Switch#sessions(int)}.
     *
     * @param from 0, or {@link Page#next} of the part before
     */
    public Page<SessionView> sessions(int from) {
        return answer(vswitch.sessions(from));
    }

    /** Reads a part of the table of NAT44's sessions, as {@link #sessions} that of the access lists. */
    public Page<NatSessionView> natSessions(int from) {
        return answer(vswitch.natSessions(from));
    }

    /** Reads a part of the table of dynamic neighbours, as {@link #sessions} that of sessions. */
    public Page<NeighborView> neighbors(int from) {
        return answer(vswitch.neighbors(from));
    }

    /** How full the tables are that follow from traffic. */
    public SwitchUsage usage() {
        return answer(vswitch.usage());
    }

    /** What NAT44's mappings and their backends have served, in the order of the configuration. */
    public List<NatMappingUse> natMappings() {
        return vswitch.natMappings();
    }

    /**
     * Compiles a configuration without applying it, to ask which live sessions its access lists would no longer permit.
     *
     * @throws io.tapline.dataplane.config.ConfigException naming the object at fault
     */
    public SessionPreview preview(SwitchConfig proposed) {
        return vswitch.preview(proposed);
    }

    /** Frames that wait inside the switch for ARP. */
    public int framesHeld() {
        CompletableFuture<Integer> held = new CompletableFuture<>();
        await(() -> held.complete(vswitch.framesHeld()));
        return held.join();
    }

    /**
     * Runs {@code command} on the worker between two rounds, and waits for it.
     *
     * @throws IllegalStateException when the command fails, which leaves the worker unharmed, or the worker has failed
     */
    public void await(Runnable command) {
        answer(vswitch.ask(() -> {
            command.run();
            return true;
        }));
    }

    /** Wakes the worker up and waits for what it was asked. */
    private <T> T answer(CompletableFuture<T> asked) {
        wakeUp.signal();
        try {
            return asked.orTimeout(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw stalled(e);
        }
    }

    /** Stops the worker and frees all memory; devices are left to those who opened them. */
    @Override
    public void close() {
        stopping = true;
        wakeUp.signal();
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        epoll.close();
        wakeUp.close();
        vswitch.close();
    }

    private IllegalStateException stalled(CompletionException e) {
        Throwable cause = failure;
        if (cause != null) {
            return new IllegalStateException("the switch's worker has failed: " + cause, cause);
        }
        boolean late = e.getCause() instanceof TimeoutException;
        return new IllegalStateException(
                late ? "the switch's worker did not answer within " + COMMAND_TIMEOUT_SECONDS + " s" : "command failed",
                e.getCause());
    }

    private void run() {
        try {
            long quietSince = System.nanoTime();
            while (!stopping) {
                boolean quiet = System.nanoTime() - quietSince >= spinNanos;
                int events = quiet ? epoll.await(IDLE_WAIT_MILLIS) : epoll.poll();
                if (round(events) > 0) {
                    quietSince = System.nanoTime();
                }
            }
        } catch (Throwable e) {
            failure = e;
            System.getLogger(LiveSwitch.class.getName())
                    .log(System.Logger.Level.ERROR, "the switch's worker has failed", e);
        }
    }

    private int round(int events) {
        vswitch.beginRound();
        int received = 0;
        for (int i = 0; i < events; i++) {
            long port = epoll.data(i);
            if (port == WAKE_UP) {
                wakeUp.drain();
            } else {
                received += vswitch.poll((int) port, FRAMES_PER_POLL);
            }
        }
        vswitch.dispatch();
        return received;
    }
}
