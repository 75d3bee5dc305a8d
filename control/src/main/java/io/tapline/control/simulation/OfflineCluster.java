// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.simulation;

import io.tapline.control.service.EndpointController;
import io.tapline.control.simulation.Attempt.Decision;
import io.tapline.control.simulation.Attempt.Journey;
import io.tapline.control.simulation.Attempt.Leg;
import io.tapline.control.simulation.OfflineNode.Exit;
import io.tapline.control.simulation.OfflineWiring.Site;
import io.tapline.control.simulation.SyntheticPacket.Flow;
import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.dataplane.config.SwitchConfig;
import io.tapline.dataplane.trace.TraceStep;
import io.tapline.model.EndpointSlice;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.Pod;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The nodes of an intent with their policies and services in force, wired as agents would wire them. An address that no
 * pod, node or service has is taken for one outside the cluster, unless it lies among those of the pods; it enters by
 * the uplink of the node that it talks to. Between nodes a plain link stands for the overlay.
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

    private static final Origin CARD =
            Origin.of("the node's own card: what is for its address does not come by the switch");
    private static final int MAX_HOPS = 4;
    private static final int TRIES_PER_BACKEND = 16;

    private final SortedMap<String, OfflineNode> nodes = new TreeMap<>();
    private final Map<IpAddress, OfflineNode> places = new HashMap<>();
    private final Map<Long, OfflineNode> byOverlayMac = new HashMap<>();
    /** Whether policies hold on hosts, so that it matters what does not come by a switch. */
    private final boolean hostsAreSubject;

    private long nowNanos = 1_000_000_000L;
    private int attempts;

    /** Where a frame is: behind a port of a node. */
    private record Place(OfflineNode node, int port) {}

    /** The way of a frame, where it ended, and what it was there; empty when it did not arrive. */
    private record Walk(List<Leg> legs, Optional<Place> end, Flow flow) {
        Journey journey() {
            return new Journey(end.isPresent(), legs);
        }
    }

    private OfflineCluster(boolean hostsAreSubject) {
        this.hostsAreSubject = hostsAreSubject;
    }

    /** Builds the nodes: those that are declared, and those that pods are bound to. */
    public static OfflineCluster of(Intent intent) {
        return of(intent, Optional.empty());
    }

    /**
     * The same, with policies that hold on nodes and on pods in the host network. A node's own address is not reached
     * by its switch but by its card, except from its own pods and through services: such connections are allowed.
     */
    public static OfflineCluster of(Intent intent, Optional<HostPolicies> hosts) {
        OfflineCluster cluster = new OfflineCluster(hosts.isPresent());
        wired(intent, hosts).forEach((name, wiring) -> cluster.add(new OfflineNode(name, wiring, cluster::tick)));
        return cluster;
    }

    /** What {@link #of} would build, for whoever builds it of real interfaces. */
    public static List<NodeWiring> wiring(Intent intent) {
        return wired(intent, Optional.empty()).values().stream()
                .map(OfflineWiring::wiring)
                .toList();
    }

    private static SortedMap<String, OfflineWiring> wired(Intent declared, Optional<HostPolicies> policies) {
        Intent intent = withSlices(declared);
        Layout layout = Layout.of(intent);
        SortedMap<String, SortedSet<IpAddress>> hosts = new TreeMap<>();
        SortedMap<String, List<Pod>> pods = new TreeMap<>();
        intent.nodes().forEach(node -> hosts.put(node.name(), new TreeSet<>(node.addresses())));
        intent.pods().filter(pod -> !pod.isFinished()).forEach(pod -> {
            SortedSet<IpAddress> host = hosts.computeIfAbsent(pod.node(), name -> new TreeSet<>());
            if (pod.hostNetwork()) {
                host.addAll(pod.addresses());
            } else if (pod.isOnNetwork()) {
                pods.computeIfAbsent(pod.node(), name -> new ArrayList<>()).add(pod);
            }
        });
        Map<IpAddress, Integer> owners = owners(hosts, pods);
        SortedMap<String, OfflineWiring> wired = new TreeMap<>();
        hosts.forEach((name, addresses) -> {
            int id = wired.size() + 1;
            Map<IpAddress, Integer> remote = new HashMap<>(owners);
            remote.values().removeIf(owner -> owner == id);
            List<Pod> own = pods.getOrDefault(name, List.of());
            Site site = new Site(name, id, layout, List.copyOf(addresses), own, remote);
            wired.put(name, new OfflineWiring(site, intent, policies));
        });
        return wired;
    }

    /** No controller makes slices off-line. */
    private static Intent withSlices(Intent declared) {
        Intent intent = declared;
        for (EndpointSlice slice : EndpointController.slices(declared)) {
            intent = intent.with(new IntentChange.Put(slice));
        }
        return intent;
    }

    /** Which node has an address, by number; the first of several that claim it. */
    private static Map<IpAddress, Integer> owners(
            SortedMap<String, SortedSet<IpAddress>> hosts, Map<String, List<Pod>> pods) {
        Map<IpAddress, Integer> owners = new HashMap<>();
        int id = 0;
        for (Map.Entry<String, SortedSet<IpAddress>> host : hosts.entrySet()) {
            int number = ++id;
            host.getValue().forEach(address -> owners.putIfAbsent(address, number));
            pods.getOrDefault(host.getKey(), List.of())
                    .forEach(pod -> pod.addresses().forEach(address -> owners.putIfAbsent(address, number)));
        }
        return owners;
    }

    private void add(OfflineNode node) {
        nodes.put(node.name(), node);
        byOverlayMac.put(node.own(node.overlay()), node);
        node.addresses().forEach(address -> places.putIfAbsent(address, node));
    }

    private long tick() {
        return nowNanos;
    }

    /** The configuration of a node's switch, for printing its traces. */
    public SwitchConfig config(String node) {
        OfflineNode found = nodes.get(node);
        return found == null ? SwitchConfig.EMPTY : found.config();
    }

    /** Whether a connection is possible: {@link #attempt} without its reasons. */
    public boolean allows(Connection connection) {
        return attempt(connection, Detail.VERDICT).isAllowed();
    }

    /** Tries a connection; without traces, but where a service is translated. */
    public Attempt attempt(Connection connection) {
        return attempt(connection, Detail.RULES);
    }

    /** Tries a connection and keeps the trace of every packet. */
    public Attempt trace(Connection connection) {
        return attempt(connection, Detail.TRACES);
    }

    /**
     * Tries a connection to a service again and again, until every backend that takes any has been met, and keeps
     * traces.
     *
     * @return an attempt for each backend in the order in which they came; one attempt where nothing is translated
     */
    public List<Attempt> traceBackends(Connection connection) {
        return backends(connection, Detail.TRACES);
    }

    /** {@link #traceBackends} without traces. */
    public List<Attempt> attemptBackends(Connection connection) {
        return backends(connection, Detail.RULES);
    }

    private List<Attempt> backends(Connection connection, Detail detail) {
        long count = start(connection)
                .map(start -> start.node().backends(connection))
                .orElse(0L);
        Map<IpAddress, Attempt> found = new LinkedHashMap<>();
        for (int tries = 0; tries == 0 || (tries < TRIES_PER_BACKEND * count && found.size() < count); tries++) {
            Attempt attempt = attempt(connection, detail);
            found.putIfAbsent(attempt.reached().destination(), attempt);
        }
        return List.copyOf(found.values());
    }

    private enum Detail {
        VERDICT,
        RULES,
        TRACES
    }

    private Attempt attempt(Connection connection, Detail detail) {
        IpAddress source = connection.source();
        IpAddress destination = connection.destination();
        if (source.isIpv4() != destination.isIpv4()) {
            return unsent(connection, false, List.of());
        }
        if (source.equals(destination)) {
            return unsent(connection, true, List.of());
        }
        if (passesNoSwitch(connection)) {
            return unsent(connection, true, decisions(connection, connection));
        }
        if (!source.isIpv4()) {
            List<Decision> decisions = decisions(connection, connection);
            return unsent(connection, decisions.stream().noneMatch(OfflineCluster::denies), decisions);
        }
        if (++attempts % ATTEMPTS_BETWEEN_REST == 0) {
            rest();
        }
        int clientPort = FIRST_CLIENT_PORT + attempts % CLIENT_PORTS;
        Flow flow = new Flow(connection.protocol(), source.ipv4(), clientPort, destination.ipv4(), connection.port());
        return send(connection, flow, detail);
    }

    /** Whether a connection goes by cards alone: between hosts, or a host and the world, without a service. */
    private boolean passesNoSwitch(Connection connection) {
        return hostsAreSubject
                && (isHost(connection.source()) || isHost(connection.destination()))
                && !isPod(connection.source())
                && !isPod(connection.destination())
                && start(connection)
                        .filter(place -> place.node().translates(connection))
                        .isEmpty();
    }

    private boolean isHost(IpAddress address) {
        return Optional.ofNullable(places.get(address))
                .filter(node -> node.isHost(address))
                .isPresent();
    }

    private boolean isPod(IpAddress address) {
        return places.containsKey(address) && !isHost(address);
    }

    private static Attempt unsent(Connection connection, boolean allowed, List<Decision> decisions) {
        Journey journey = new Journey(allowed, List.of());
        boolean ipv6 =
                !connection.source().isIpv4() || !connection.destination().isIpv4();
        return new Attempt(
                connection, connection, journey, allowed ? Optional.of(journey) : Optional.empty(), ipv6, decisions);
    }

    private Attempt send(Connection connection, Flow flow, Detail detail) {
        Optional<Place> start = start(connection);
        if (start.isEmpty()) {
            return unsent(connection, false, List.of());
        }
        boolean traced = detail == Detail.TRACES;
        Walk request = walk(start.get(), flow, false, traced);
        if (detail == Detail.RULES && request.end().isEmpty()) {
            // Only a trace tells what the packet was when it was dropped. It has left no session behind.
            request = walk(start.get(), flow, false, true);
        }
        Optional<Journey> answer = answer(request, flow, start.get(), traced);
        Connection reached = reached(connection, request);
        List<Decision> decisions = detail == Detail.VERDICT ? List.of() : decisions(connection, reached);
        return new Attempt(connection, reached, request.journey(), answer, false, decisions);
    }

    private Optional<Journey> answer(Walk request, Flow flow, Place start, boolean traced) {
        return request.end().map(end -> {
            Walk back = walk(end, request.flow().reversed(), true, traced);
            boolean right = back.end().equals(Optional.of(start)) && back.flow().equals(flow.reversed());
            return new Journey(right, back.legs());
        });
    }

    /**
     * Where a connection begins. One from outside comes in at the node that has, or at least serves, its destination.
     */
    private Optional<Place> start(Connection connection) {
        OfflineNode home = places.get(connection.source());
        if (home != null) {
            return home.port(connection.source()).map(port -> new Place(home, port));
        }
        Optional<OfflineNode> entry = Optional.ofNullable(places.get(connection.destination()))
                .or(() -> nodes.values().stream()
                        .filter(node -> node.serves(connection.destination()))
                        .findFirst());
        return entry.map(node -> new Place(node, node.uplink()));
    }

    /** The connection as access lists saw its first packet: after NAT. */
    private static Connection reached(Connection connection, Walk request) {
        if (request.end().isPresent()) {
            Flow flow = request.flow();
            return new Connection(
                    IpAddress.ofIpv4(flow.source()),
                    IpAddress.ofIpv4(flow.destination()),
                    flow.protocol(),
                    flow.destinationPort());
        }
        return request.legs().stream()
                .flatMap(leg -> leg.trace().stream())
                .flatMap(trace -> trace.steps().stream())
                .flatMap(step -> step instanceof TraceStep.Nat nat && nat.session() >= 0
                        ? Stream.of(nat.after())
                        : Stream.empty())
                .reduce((first, second) -> second)
                .map(tuple -> new Connection(
                        IpAddress.parse(tuple.source()),
                        IpAddress.parse(tuple.destination()),
                        connection.protocol(),
                        tuple.destinationPort()))
                .orElse(connection);
    }

    private static boolean denies(Decision decision) {
        return !decision.rule().action().permits();
    }

    /** Asks the lists on the way until one denies. */
    private List<Decision> decisions(Connection connection, Connection reached) {
        List<Decision> decisions = new ArrayList<>();
        Optional<OfflineNode> from = Optional.ofNullable(places.get(connection.source()));
        Optional<OfflineNode> to = Optional.ofNullable(places.get(reached.destination()));
        if (!passesNoSwitch(connection)) {
            from.flatMap(node -> node.judge(node.port(connection.source()).orElseThrow(), true, reached))
                    .ifPresent(decisions::add);
        }
        if (decisions.stream().noneMatch(OfflineCluster::denies)) {
            to.flatMap(node -> node.judge(node.port(reached.destination()).orElseThrow(), false, reached)
                            .map(judged -> isByCard(node, connection, reached) ? byCard(judged) : judged))
                    .ifPresent(decisions::add);
        }
        return decisions;
    }

    /** Whether a connection ends at a host that its switch does not bring it to. */
    private boolean isByCard(OfflineNode node, Connection connection, Connection reached) {
        boolean fromOwnPod = isPod(connection.source()) && node.equals(places.get(connection.source()));
        boolean hidden = !reached.source().equals(connection.source());
        return hostsAreSubject && node.isHost(reached.destination()) && !fromOwnPod && !hidden;
    }

    private static Decision byCard(Decision judged) {
        IpPrefix any = judged.rule().source().isIpv4() ? IpPrefix.ANY_IPV4 : IpPrefix.ANY_IPV6;
        AclRule rule = AclRule.any(AclAction.PERMIT, any, any).withOrigin(CARD);
        return new Decision(judged.node(), rule, judged.list());
    }

    /** Takes a packet from a place to where it ends, from switch to switch. */
    private Walk walk(Place start, Flow flow, boolean answer, boolean traced) {
        List<Leg> legs = new ArrayList<>();
        Place place = start;
        long station = place.node().station(place.port());
        long own = place.node().own(place.port());
        byte[] frame =
                answer ? SyntheticPacket.answer(flow, station, own) : SyntheticPacket.request(flow, station, own);
        while (legs.size() < MAX_HOPS) {
            OfflineNode node = place.node();
            Optional<Exit> exit = leg(place, frame, traced, legs);
            if (exit.isEmpty()) {
                break;
            }
            frame = exit.get().frame();
            OfflineNode next = byOverlayMac.get(SyntheticPacket.destinationMac(frame));
            Place end = new Place(node, exit.get().port());
            Flow last = Flow.of(frame);
            if (next != null && hostsAreSubject && !answer && next.isHost(IpAddress.ofIpv4(last.destination()))) {
                return new Walk(legs, Optional.of(end), last);
            }
            if (next == null) {
                return new Walk(
                        legs,
                        isAt(IpAddress.ofIpv4(last.destination()), end) ? Optional.of(end) : Optional.empty(),
                        last);
            }
            place = new Place(next, next.overlay());
        }
        return new Walk(legs, Optional.empty(), flow);
    }

    /** Whether an address is behind a port; in the world are those that no node has. */
    private boolean isAt(IpAddress address, Place place) {
        return place.port() == place.node().uplink()
                ? !places.containsKey(address)
                : place.node().port(address).equals(Optional.of(place.port()));
    }

    private Optional<Exit> leg(Place place, byte[] frame, boolean traced, List<Leg> legs) {
        nowNanos += FRAME_NANOS;
        OfflineNode node = place.node();
        if (traced) {
            node.trace();
        }
        Optional<Exit> exit = node.pass(place.port(), frame).stream()
                .filter(left -> SyntheticPacket.isSameKind(frame, left.frame()))
                .findFirst();
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
