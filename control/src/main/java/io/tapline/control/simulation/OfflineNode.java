// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.control.node.NodePlanner;
import io.tapline.control.simulation.Attempt.Decision;
import io.tapline.dataplane.BufferDevice;
import io.tapline.dataplane.NatLimits;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.table.InterfaceAcls;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** A node with a switch of its own. */
final class OfflineNode implements AutoCloseable {
    private static final int SESSIONS = 1 << 13;

    private final String name;
    private final OfflineWiring wiring;
    private final Switch dataplane;
    private final Map<Integer, BufferDevice> devices = new HashMap<>();
    private final Map<Integer, Long> macs = new HashMap<>();

    /** A frame that left by a port, from Ethernet on. */
    record Exit(int port, byte[] frame) {}

    OfflineNode(String name, OfflineWiring wiring, LongSupplier clock) {
        this.name = name;
        this.wiring = wiring;
        SwitchLimits small = SwitchLimits.SMALL;
        dataplane = new Switch(
                new SwitchLimits(
                        wiring.uplink(),
                        small.smallFrames(),
                        small.largeFrames(),
                        SESSIONS,
                        AclSessions.Timeouts.DEFAULT,
                        small.neighbors(),
                        small.traces(),
                        new NatLimits(
                                SESSIONS,
                                SESSIONS,
                                small.nat().affinities(),
                                small.nat().seed())),
                clock);
        dataplane.apply(wiring.config());
        for (InterfaceConfig port : wiring.config().interfaces()) {
            BufferDevice device = new BufferDevice();
            devices.put(port.index(), device);
            macs.put(port.index(), port.mac());
            dataplane.attach(port.index(), device);
        }
        dataplane.runOnce();
    }

    String name() {
        return name;
    }

    SwitchConfig config() {
        return wiring.config();
    }

    /** The port behind which an address is, if it is on this node. */
    Optional<Integer> port(IpAddress address) {
        return Optional.ofNullable(wiring.ports().get(address));
    }

    /** Addresses of its host and its pods. */
    Set<IpAddress> addresses() {
        return wiring.ports().keySet();
    }

    /** Whether NAT stands for an address here. */
    boolean serves(IpAddress address) {
        return wiring.config().nat().mappings().stream()
                .anyMatch(mapping -> mapping.external().equals(address));
    }

    /** Whether an address is of its host. */
    boolean isHost(IpAddress address) {
        return Integer.valueOf(NodePlanner.HOST_INTERFACE).equals(wiring.ports().get(address));
    }

    /** Whether NAT stands for the destination of a connection here. */
    boolean translates(Connection connection) {
        return mappings(connection).findAny().isPresent();
    }

    private Stream<NatMapping> mappings(Connection connection) {
        return wiring.config().nat().mappings().stream()
                .filter(mapping -> mapping.external().equals(connection.destination())
                        && mapping.port() == connection.port()
                        && mapping.protocol() == connection.protocol().number());
    }

    /** How many backends new connections can be given to here; 0 when nothing is translated. */
    long backends(Connection connection) {
        return mappings(connection)
                .mapToLong(mapping -> mapping.backends().stream()
                        .filter(backend -> !backend.draining())
                        .count())
                .max()
                .orElse(0);
    }

    /** The port to the other nodes. */
    int overlay() {
        return wiring.overlay();
    }

    /** The port to the world. */
    int uplink() {
        return wiring.uplink();
    }

    /** MAC address of the station behind a port. */
    long station(int port) {
        return wiring.station(port);
    }

    /** The switch's own MAC address on a port. */
    long own(int port) {
        return macs.getOrDefault(port, 0L);
    }

    /** Lets a frame enter; what left in consequence. */
    List<Exit> pass(int port, byte[] frame) {
        BufferDevice entry = devices.get(port);
        if (entry == null) {
            throw new IllegalArgumentException("node " + name + " has no port " + port);
        }
        entry.put(frame);
        dataplane.beginRound();
        dataplane.poll(port, 1);
        dataplane.dispatch();
        List<Exit> exits = new ArrayList<>();
        devices.forEach((index, device) -> {
            if (device.hasSent()) {
                device.take().forEach(left -> exits.add(new Exit(index, left)));
            }
        });
        return exits;
    }

    /** Lets the switch do what is due by time. */
    void idle() {
        dataplane.runOnce();
    }

    /** Records what becomes of the next frame. */
    void trace() {
        dataplane.armNow(TraceFilter.ALL, 1);
    }

    /** The trace of the last frame that was recorded. */
    Optional<PacketTrace> lastTrace() {
        List<PacketTrace> traces = dataplane.traces();
        return traces.isEmpty() ? Optional.empty() : Optional.of(traces.getLast());
    }

    /**
     * What the access lists say of a new connection by a port.
     *
     * @param entering whether it comes from there
     * @return the rule that decides; empty when there are no lists
     */
    Optional<Decision> judge(int port, boolean entering, Connection connection) {
        InterfaceAcls acls = dataplane.generation().acls();
        CompiledAcl sender = acls.list(port, InterfaceAcls.SENDER);
        CompiledAcl entry = sender == null ? acls.list(port, InterfaceAcls.INPUT) : sender;
        CompiledAcl lists = entering ? entry : acls.list(port, InterfaceAcls.OUTPUT);
        if (lists == null) {
            return Optional.empty();
        }
        int protocol = connection.protocol().number();
        IpAddress source = connection.source();
        IpAddress destination = connection.destination();
        int match = source.isIpv4()
                ? lists.matchIp4(source.ipv4(), destination.ipv4(), protocol, connection.port(), true)
                : lists.matchIp6(source, destination, protocol, connection.port(), true);
        if (match == CompiledAcl.NO_MATCH) {
            throw new IllegalStateException("the lists of port " + port + " of " + name + " have no last rule");
        }
        List<AclRule> rules =
                lists.entries().stream().map(CompiledAcl.Entry::rule).toList();
        return Optional.of(new Decision(name, lists.entry(match).rule(), rules));
    }

    @Override
    public void close() {
        dataplane.close();
    }
}
