// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.replay;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.graph.NodeIndex;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.dataplane.trace.TraceStep;
import io.tapline.lab.scenario.Scenario;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Feeds a scenario's frames to a switch of its own, one at a time, and collects what becomes of them. One thread, no
 * devices, no real time.
 */
public final class Replay {
    /** The switch looks after its timers at least this often. */
    private static final long TICK_NANOS = 100_000_000L;

    private final Scenario scenario;
    private final VirtualClock clock;
    private final Switch dataplane;
    private final Map<Integer, TapDevice> devices = new HashMap<>();
    private final List<SentFrame> log = new ArrayList<>();
    private final List<ReplayResult.Event> events = new ArrayList<>();
    private int packets;

    private Replay(Scenario scenario, VirtualClock clock, Switch dataplane) {
        this.scenario = scenario;
        this.clock = clock;
        this.dataplane = dataplane;
    }

    /**
     * Runs a scenario.
     *
     * @throws io.tapline.dataplane.config.ConfigException when the switch refuses its configuration
     */
    public static ReplayResult run(Scenario scenario) {
        VirtualClock clock = new VirtualClock(scenario.startNanos());
        try (Switch dataplane = new Switch(limits(scenario), clock)) {
            Replay replay = new Replay(scenario, clock, dataplane);
            replay.begin();
            scenario.events().forEach(replay::happen);
            return replay.result();
        }
    }

    /** Room for every trace, and for every session that the packets could make. */
    private static SwitchLimits limits(Scenario scenario) {
        SwitchLimits small = SwitchLimits.SMALL;
        int highest = scenario.config().interfaces().stream()
                .mapToInt(InterfaceConfig::index)
                .max()
                .orElse(1);
        int packets = Math.max(scenario.packetCount(), 1);
        return new SwitchLimits(
                highest,
                small.smallFrames(),
                small.largeFrames(),
                Math.max(small.aclSessions(), 2 * packets),
                small.aclTimeouts(),
                small.neighbors(),
                packets);
    }

    private void begin() {
        dataplane.apply(scenario.config());
        for (InterfaceConfig iface : scenario.config().interfaces()) {
            TapDevice device = new TapDevice(iface.name(), clock, log);
            devices.put(iface.index(), device);
            dataplane.attach(iface.index(), device);
        }
        dataplane.arm(TraceFilter.ALL, Scenario.MAX_PACKETS);
        dataplane.runOnce();
        clock.start();
    }

    private void happen(Scenario.Event event) {
        switch (event) {
            case Scenario.Advance advance -> pause(clock.peek() + advance.nanos());
            case Scenario.Receive receive -> receive(receive);
        }
    }

    private void receive(Scenario.Receive receive) {
        OptionalLong at = receive.atNanos();
        if (at.isPresent() && scenario.startNanos() + at.getAsLong() > clock.peek()) {
            pause(scenario.startNanos() + at.getAsLong());
        }
        TapDevice device = devices.get(receive.interfaceIndex());
        if (device == null) {
            throw new IllegalArgumentException("the scenario has no interface " + receive.interfaceIndex());
        }
        long now = clock.peek();
        device.put(receive.virtioNet(), receive.frame());
        dataplane.runOnce();
        String name = dataplane.generation().interfaces().name(receive.interfaceIndex());
        events.add(new ReplayResult.Packet(++packets, name, receive.frame(), now, Optional.empty(), takeLog()));
    }

    /** Lets time pass in steps that are short enough for the switch to do what is due in between. */
    private void pause(long until) {
        long from = clock.peek();
        while (clock.peek() < until) {
            clock.leapTo(Math.min(until, clock.peek() + TICK_NANOS));
            dataplane.beginRound();
            dataplane.dispatch();
        }
        events.add(new ReplayResult.Pause(until - from, takeLog()));
    }

    private List<SentFrame> takeLog() {
        List<SentFrame> frames = List.copyOf(log);
        log.clear();
        return frames;
    }

    /** Matches traces to packets by when they began, and frames to traces by when they left. */
    private ReplayResult result() {
        NavigableMap<Long, Integer> arrivals = new TreeMap<>();
        for (ReplayResult.Event event : events) {
            if (event instanceof ReplayResult.Packet packet) {
                arrivals.put(packet.timeNanos(), packet.number());
            }
        }
        Map<Integer, PacketTrace> traces = new HashMap<>();
        Map<Long, Integer> departures = new HashMap<>();
        for (PacketTrace trace : dataplane.traces()) {
            int number = arrivals.floorEntry(trace.startNanos()).getValue();
            traces.put(number, trace);
            for (TraceStep step : trace.steps()) {
                if (step instanceof TraceStep.Output) {
                    departures.put(step.timeNanos() + VirtualClock.STEP_NANOS, number);
                }
            }
        }
        List<ReplayResult.Event> complete = events.stream()
                .map(event -> complete(event, traces, departures))
                .toList();
        return new ReplayResult(scenario.config(), complete, totals());
    }

    private static ReplayResult.Event complete(
            ReplayResult.Event event, Map<Integer, PacketTrace> traces, Map<Long, Integer> departures) {
        List<SentFrame> sent =
                event.sent().stream().map(frame -> attribute(frame, departures)).toList();
        return switch (event) {
            case ReplayResult.Pause pause -> new ReplayResult.Pause(pause.nanos(), sent);
            case ReplayResult.Packet packet ->
                new ReplayResult.Packet(
                        packet.number(),
                        packet.device(),
                        packet.frame(),
                        packet.timeNanos(),
                        Optional.ofNullable(traces.get(packet.number())),
                        sent);
        };
    }

    private static SentFrame attribute(SentFrame frame, Map<Long, Integer> departures) {
        Integer number = departures.get(frame.timeNanos());
        OptionalInt packet = number == null ? OptionalInt.empty() : OptionalInt.of(number);
        return new SentFrame(frame.device(), frame.virtioNet(), frame.frame(), frame.timeNanos(), packet);
    }

    private ReplayResult.Totals totals() {
        Counters counters = dataplane.counters();
        List<ReplayResult.Port> ports = scenario.config().interfaces().stream()
                .map(iface -> port(counters, iface))
                .toList();
        Map<Counters.AclCounter, Long> acl = new EnumMap<>(Counters.AclCounter.class);
        for (Counters.AclCounter counter : Counters.AclCounter.values()) {
            acl.put(counter, counters.acl(counter));
        }
        return new ReplayResult.Totals(
                counters.framesReceived(),
                counters.framesOriginated(),
                counters.framesSent(),
                counters.drops(),
                counters.framesDelivered(),
                dataplane.framesHeld(),
                ports,
                drops(counters::drops),
                nodes(counters),
                acl);
    }

    private static List<ReplayResult.NodeCount> nodes(Counters counters) {
        return IntStream.range(0, NodeIndex.COUNT)
                .filter(node -> counters.nodeFrames(node) > 0)
                .mapToObj(node -> new ReplayResult.NodeCount(
                        NodeIndex.name(node),
                        counters.nodeCalls(node),
                        counters.nodeFrames(node),
                        drops(reason -> counters.nodeDrops(node, reason))))
                .toList();
    }

    private static Map<DropReason, Long> drops(ToLongFunction<DropReason> counter) {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            long count = counter.applyAsLong(reason);
            if (count > 0) {
                drops.put(reason, count);
            }
        }
        return drops;
    }

    private static ReplayResult.Port port(Counters counters, InterfaceConfig iface) {
        int index = iface.index();
        return new ReplayResult.Port(
                iface.name(),
                counters.port(index, Counters.Port.RX_FRAMES),
                counters.port(index, Counters.Port.RX_BYTES),
                counters.port(index, Counters.Port.TX_FRAMES),
                counters.port(index, Counters.Port.TX_BYTES),
                counters.port(index, Counters.Port.DROPS));
    }
}
