// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.control.policy.PolicyPlanner;
import io.tapline.control.policy.PolicySettings;
import io.tapline.control.simulation.Attempt.Decision;
import io.tapline.control.simulation.Attempt.Journey;
import io.tapline.control.simulation.Attempt.Leg;
import io.tapline.control.simulation.SyntheticPacket.Flow;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.model.Intent;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The nodes of an intent with their policies in force. An address that no pod and no node has is taken for one outside
 * the cluster; it enters by the uplink of the node that it talks to.
 *
 * <p>IPv4 goes through the switches as packets: a request and, when it arrives, its answer. IPv6, which the switches do
 * not forward, is judged by the same access lists as the switches would compile them.
 *
 * <p>Threading: one thread.
 */
public final class OfflineCluster implements AutoCloseable {
    private static final int FIRST_CLIENT_PORT = 32_768;
    private static final int CLIENT_PORTS = 16_384;
    private static final int ATTEMPTS_BETWEEN_REST = 512;
    private static final long FRAME_NANOS = 1_000;
    private static final long REST_NANOS = 1_000_000_000_000L;
    private static final long REST_STEP_NANOS = 20_000_000L;
    private static final int REST_STEPS = 8;

    private final SortedMap<String, OfflineNode> nodes = new TreeMap<>();
    private final Map<IpAddress, OfflineNode> places = new LinkedHashMap<>();
    private long nowNanos = 1_000_000_000L;
    private int attempts;

    private OfflineCluster() {}

    /** Builds the nodes: those that are declared, and those that pods are bound to. */
    public static OfflineCluster of(Intent intent) {
        OfflineCluster cluster = new OfflineCluster();
        SortedMap<String, List<IpAddress>> hosts = new TreeMap<>();
        intent.pods().filter(Pod::isOnNetwork).forEach(pod -> hosts.putIfAbsent(pod.node(), List.of()));
        intent.nodes().forEach(node -> hosts.put(node.name(), node.addresses()));
        hosts.forEach((name, addresses) -> cluster.add(intent, name, addresses));
        return cluster;
    }

    private void add(Intent intent, String name, List<IpAddress> addresses) {
        List<Pod> pods = intent.pods()
                .filter(pod -> pod.isOnNetwork() && pod.node().equals(name))
                .toList();
        OfflineNode node =
                new OfflineNode(name, addresses, pods, PolicyPlanner.plan(intent, PolicySettings.of(name)), this::tick);
        nodes.put(name, node);
        addresses.forEach(address -> places.putIfAbsent(address, node));
        pods.forEach(pod -> pod.addresses().forEach(address -> places.putIfAbsent(address, node)));
    }

    private long tick() {
        return nowNanos;
    }

    /** The configuration of a node's switch, for printing its traces. */
    public SwitchConfig config(String node) {
        OfflineNode found = nodes.get(node);
        return found == null ? SwitchConfig.EMPTY : found.config();
    }

    /** Tries a connection, without traces. */
    public Attempt attempt(Connection connection) {
        return attempt(connection, false);
    }

    /** Tries a connection and keeps the trace of every packet. */
    public Attempt trace(Connection connection) {
        return attempt(connection, true);
    }

    private Attempt attempt(Connection connection, boolean traced) {
        IpAddress source = connection.source();
        IpAddress destination = connection.destination();
        if (source.isIpv4() != destination.isIpv4()) {
            return new Attempt(connection, new Journey(false, List.of()), Optional.empty(), true, List.of());
        }
        if (source.equals(destination)) {
            Journey inside = new Journey(true, List.of());
            return new Attempt(connection, inside, Optional.of(inside), !source.isIpv4(), List.of());
        }
        List<Decision> decisions = decisions(connection);
        if (!source.isIpv4()) {
            Journey judged = new Journey(decisions.stream().noneMatch(OfflineCluster::denies), List.of());
            return new Attempt(connection, judged, Optional.of(judged), true, decisions);
        }
        if (++attempts % ATTEMPTS_BETWEEN_REST == 0) {
            rest();
        }
        int clientPort = FIRST_CLIENT_PORT + attempts % CLIENT_PORTS;
        Flow flow = new Flow(connection.protocol(), source.ipv4(), clientPort, destination.ipv4(), connection.port());
        Journey request = travel(flow, false, traced);
        Optional<Journey> answer =
                request.arrived() ? Optional.of(travel(flow.reversed(), true, traced)) : Optional.empty();
        return new Attempt(connection, request, answer, false, decisions);
    }

    private static boolean denies(Decision decision) {
        return decision.rule().action() == AclAction.DENY;
    }

    /** Asks the lists on the way until one denies. */
    private List<Decision> decisions(Connection connection) {
        List<Decision> decisions = new ArrayList<>();
        Optional<OfflineNode> from = Optional.ofNullable(places.get(connection.source()));
        Optional<OfflineNode> to = Optional.ofNullable(places.get(connection.destination()));
        from.flatMap(node -> node.judge(node.port(connection.source()).orElseThrow(), true, connection))
                .ifPresent(decisions::add);
        if (decisions.stream().noneMatch(OfflineCluster::denies)) {
            to.flatMap(node -> node.judge(node.port(connection.destination()).orElseThrow(), false, connection))
                    .ifPresent(decisions::add);
        }
        return decisions;
    }

    /** Takes a packet from the place of its source to that of its destination, or to where it ends. */
    private Journey travel(Flow flow, boolean answer, boolean traced) {
        IpAddress source = IpAddress.ofIpv4(flow.source());
        IpAddress destination = IpAddress.ofIpv4(flow.destination());
        Optional<OfflineNode> home = Optional.ofNullable(places.get(source));
        Optional<OfflineNode> target = Optional.ofNullable(places.get(destination));
        List<Leg> legs = new ArrayList<>();
        Optional<Integer> exit = Optional.of(OfflineNode.UPLINK_PORT);
        if (home.isPresent()) {
            exit = leg(home.get(), home.get().port(source).orElseThrow(), flow, answer, traced, legs);
            if (home.equals(target) || target.isEmpty()) {
                int wanted =
                        target.map(node -> node.port(destination).orElseThrow()).orElse(OfflineNode.UPLINK_PORT);
                return new Journey(exit.filter(port -> port == wanted).isPresent(), legs);
            }
        }
        if (target.isEmpty()
                || exit.filter(port -> port == OfflineNode.UPLINK_PORT).isEmpty()) {
            return new Journey(false, legs);
        }
        Optional<Integer> last = leg(target.get(), OfflineNode.UPLINK_PORT, flow, answer, traced, legs);
        return new Journey(last.equals(target.get().port(destination)), legs);
    }

    private Optional<Integer> leg(
            OfflineNode node, int port, Flow flow, boolean answer, boolean traced, List<Leg> legs) {
        nowNanos += FRAME_NANOS;
        if (traced) {
            node.trace();
        }
        long from = OfflineNode.station(port);
        long to = OfflineNode.own(port);
        byte[] frame = answer ? SyntheticPacket.answer(flow, from, to) : SyntheticPacket.request(flow, from, to);
        Optional<Integer> exit = node.pass(port, frame);
        legs.add(new Leg(node.name(), traced ? node.lastTrace() : Optional.empty()));
        return exit;
    }

    /** Lets so much time pass that the switches forget all sessions. */
    private void rest() {
        nowNanos += REST_NANOS;
        for (int i = 0; i < REST_STEPS; i++) {
            nowNanos += REST_STEP_NANOS;
            nodes.values().forEach(OfflineNode::idle);
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(OfflineNode::close);
    }
}
