// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.control.policy.AclNumbers;
import io.tapline.control.policy.Attachment;
import io.tapline.control.policy.ListKey;
import io.tapline.control.policy.PolicyPlan;
import io.tapline.control.simulation.Attempt.Decision;
import io.tapline.dataplane.BufferDevice;
import io.tapline.dataplane.Switch;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.EndpointName;
import io.tapline.dataplane.config.InterfaceConfig;
import io.tapline.dataplane.config.NatConfig;
import io.tapline.dataplane.config.NeighborConfig;
import io.tapline.dataplane.config.NextHop;
import io.tapline.dataplane.config.RouteConfig;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.table.AclSessions;
import io.tapline.dataplane.table.CompiledAcl;
import io.tapline.dataplane.trace.PacketTrace;
import io.tapline.dataplane.trace.TraceFilter;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A node with a switch of its own: a port for its host, one for the world, one for each pod.
 *
 * <p>Services are not translated: a packet keeps the addresses that it is made with.
 */
final class OfflineNode implements AutoCloseable {
    static final int HOST_PORT = 1;
    static final int UPLINK_PORT = 2;

    private static final int FIRST_POD_PORT = 3;
    private static final String UPLINK = "uplink";
    private static final IpPrefix GATEWAY = IpPrefix.parse("169.254.1.1/32");
    private static final IpPrefix UPLINK_ADDRESS = IpPrefix.parse("169.254.2.1/30");
    private static final IpAddress NEXT_NODE = IpAddress.parse("169.254.2.2");
    private static final long SWITCH_MAC = 0x02_54_00_00_00_00L;
    private static final long STATION_MAC = 0x02_54_01_00_00_00L;
    private static final int SESSIONS = 1 << 16;

    private final String name;
    private final Switch dataplane;
    private final Map<Integer, BufferDevice> devices = new HashMap<>();
    private final Map<IpAddress, Integer> ports = new HashMap<>();
    private final Map<Integer, Attachment> attachments = new HashMap<>();
    private final Map<List<ListKey>, CompiledAcl> compiled = new HashMap<>();
    private final AclNumbers numbers = new AclNumbers(0);
    private final Map<Integer, AclConfig> acls = new HashMap<>();
    private final SwitchConfig config;

    OfflineNode(String name, List<IpAddress> hostAddresses, List<Pod> pods, PolicyPlan plan, LongSupplier clock) {
        this.name = name;
        SwitchLimits small = SwitchLimits.SMALL;
        int highest = FIRST_POD_PORT + pods.size();
        dataplane = new Switch(
                new SwitchLimits(
                        highest,
                        small.smallFrames(),
                        small.largeFrames(),
                        SESSIONS,
                        AclSessions.Timeouts.DEFAULT,
                        small.neighbors(),
                        small.traces()),
                clock);
        config = config(hostAddresses, pods, plan);
        dataplane.apply(config);
        for (InterfaceConfig port : config.interfaces()) {
            BufferDevice device = new BufferDevice();
            devices.put(port.index(), device);
            dataplane.attach(port.index(), device);
        }
        dataplane.runOnce();
    }

    private SwitchConfig config(List<IpAddress> hostAddresses, List<Pod> pods, PolicyPlan plan) {
        numbers.number(plan).forEach(acl -> acls.put(acl.index(), acl));
        List<InterfaceConfig> interfaces = new ArrayList<>();
        List<RouteConfig> routes = new ArrayList<>();
        List<NeighborConfig> neighbors = new ArrayList<>();
        List<EndpointName> names = new ArrayList<>();
        interfaces.add(port(HOST_PORT, "tap0", "host of " + name, GATEWAY, plan.host()));
        interfaces.add(port(UPLINK_PORT, UPLINK, "other nodes and the world", UPLINK_ADDRESS, plan.outside()));
        neighbors.add(NeighborConfig.of(UPLINK, NEXT_NODE, STATION_MAC | UPLINK_PORT));
        routes.add(RouteConfig.forward(0, IpPrefix.ANY_IPV4, NextHop.via(UPLINK, NEXT_NODE)));
        hostAddresses.forEach(
                address -> place(address, HOST_PORT, "tap0", "host of " + name, routes, neighbors, names));
        for (Pod pod : pods) {
            int index = FIRST_POD_PORT + interfaces.size() - 2;
            String device = "tap" + (index - UPLINK_PORT);
            ObjectRef ref = pod.ref();
            Attachment lists = plan.pods().getOrDefault(ref, Attachment.NONE);
            interfaces.add(port(index, device, "pod " + ref.qualifiedName(), GATEWAY, lists));
            pod.addresses()
                    .forEach(address -> place(address, index, device, ref.qualifiedName(), routes, neighbors, names));
        }
        return new SwitchConfig(
                interfaces, routes, neighbors, List.copyOf(acls.values()), new NatConfig(true), names, 0);
    }

    private InterfaceConfig port(int index, String device, String owner, IpPrefix address, Attachment lists) {
        attachments.put(index, lists);
        return InterfaceConfig.of(index, device, SWITCH_MAC | index, address)
                .withOwner(owner)
                .withAcls(numbers.of(lists.input()), numbers.of(lists.output()))
                .withSenderAcls(numbers.of(lists.sender()));
    }

    private void place(
            IpAddress address,
            int port,
            String device,
            String owner,
            List<RouteConfig> routes,
            List<NeighborConfig> neighbors,
            List<EndpointName> names) {
        if (ports.putIfAbsent(address, port) == null && address.isIpv4()) {
            routes.add(RouteConfig.forward(0, IpPrefix.host(address), NextHop.onLink(device)));
            neighbors.add(NeighborConfig.of(device, address, STATION_MAC | port));
            names.add(new EndpointName(address, owner));
        }
    }

    String name() {
        return name;
    }

    SwitchConfig config() {
        return config;
    }

    /** The port behind which an address is, if it is on this node. */
    Optional<Integer> port(IpAddress address) {
        return Optional.ofNullable(ports.get(address));
    }

    /** MAC address of the station behind a port. */
    static long station(int port) {
        return STATION_MAC | port;
    }

    /** The switch's own MAC address on a port. */
    static long own(int port) {
        return SWITCH_MAC | port;
    }

    /** Lets a frame enter; returns the port by which it left, if it left. */
    Optional<Integer> pass(int port, byte[] frame) {
        device(port).put(frame);
        dataplane.runOnce();
        Optional<Integer> exit = Optional.empty();
        for (Map.Entry<Integer, BufferDevice> entry : devices.entrySet()) {
            if (!entry.getValue().take().isEmpty() && entry.getKey() != port) {
                exit = Optional.of(entry.getKey());
            }
        }
        return exit;
    }

    private BufferDevice device(int port) {
        BufferDevice device = devices.get(port);
        if (device == null) {
            throw new IllegalArgumentException("node " + name + " has no port " + port);
        }
        return device;
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
        Attachment lists = attachments.getOrDefault(port, Attachment.NONE);
        List<ListKey> enter = lists.sender().isEmpty() ? lists.input() : lists.sender();
        List<ListKey> keys = entering ? enter : lists.output();
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        List<AclConfig> configs = numbers.of(keys).stream()
                .flatMap(number -> Optional.ofNullable(acls.get(number)).stream())
                .toList();
        CompiledAcl acl = compiled.computeIfAbsent(keys, key -> new CompiledAcl(configs));
        int protocol = connection.protocol().number();
        int match = connection.source().isIpv4()
                ? acl.matchIp4(
                        connection.source().ipv4(), connection.destination().ipv4(), protocol, connection.port(), true)
                : acl.matchIp6(connection.source(), connection.destination(), protocol, connection.port(), true);
        if (match == CompiledAcl.NO_MATCH) {
            throw new IllegalStateException("the lists of port " + port + " of " + name + " have no last rule");
        }
        List<io.tapline.dataplane.config.AclRule> rules =
                configs.stream().flatMap(list -> list.rules().stream()).toList();
        return Optional.of(new Decision(name, acl.entry(match).rule(), rules));
    }

    @Override
    public void close() {
        dataplane.close();
    }
}
