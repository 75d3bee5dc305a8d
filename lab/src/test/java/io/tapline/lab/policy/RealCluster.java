// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import static org.junit.jupiter.api.Assumptions.abort;

import io.tapline.cli.UserError;
import io.tapline.control.node.DeviceWiring;
import io.tapline.control.node.NodePlanner;
import io.tapline.control.simulation.Connection;
import io.tapline.control.simulation.NodeWiring;
import io.tapline.control.simulation.OfflineCluster;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.SwitchLimits;
import io.tapline.lab.node.HostCheck;
import io.tapline.linux.LinuxException;
import io.tapline.linux.NetworkNamespace;
import io.tapline.linux.Tap;
import io.tapline.linux.TapOptions;
import io.tapline.model.Intent;
import io.tapline.vswitch.LiveSwitch;
import io.tapline.wire.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The nodes of an intent as real switches in this process. Each pod, each host, and the world of each node is a network
 * namespace on a TAP; a kernel bridge joins the nodes. Connections are tried by sockets, SCTP by raw packets.
 *
 * <p>Namespaces are kept from one intent to the next where the same pod is meant.
 */
final class RealCluster implements AutoCloseable {
    private static final String PREFIX = "tapline-netpol-";
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final long PATIENCE_SECONDS = 30;

    private final String prefix = PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
    private final NetworkNamespace bridge;
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Tap> overlays = new HashMap<>();
    private int namespaces;

    /** A namespace behind a TAP. */
    private record Place(NetworkNamespace namespace, String name, Tap tap, DeviceWiring wiring) {}

    private RealCluster() {
        bridge = NetworkNamespace.create(prefix + "-bridge");
        ip("link", "add", "br0", "type", "bridge");
        ip("link", "set", "br0", "up");
    }

    /** Makes one, or skips the test where namespaces and TAPs cannot be made. */
    static RealCluster create(Class<?> test) {
        try {
            HostCheck.requirePrivileges(test.getSimpleName());
            for (String left : NetworkNamespace.list()) {
                if (left.startsWith(PREFIX) && !isAlive(left.substring(PREFIX.length()))) {
                    NetworkNamespace.delete(left);
                }
            }
            return new RealCluster();
        } catch (UserError | LinuxException e) {
            System.err.println("SKIPPED " + test.getSimpleName() + ": " + e.getMessage());
            return abort("SKIPPED " + test.getSimpleName() + ": " + e.getMessage());
        }
    }

    private static boolean isAlive(String rest) {
        return ProcessHandle.of(Long.parseLong(rest.substring(0, rest.indexOf('-'))))
                .isPresent();
    }

    private void ip(String... arguments) {
        List<String> command = Stream.concat(Stream.of("ip", "-n", prefix + "-bridge"), Stream.of(arguments))
                .toList();
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Which of the connections come about. A connection that does not is known to be denied when the switches have
     * counted as many denials as there are such connections.
     *
     * @param asked IPv4 only
     * @param hoped what to wait for; whatever else happens by then is in the result too
     */
    Map<Connection, Boolean> tryAll(Intent intent, Set<Connection> asked, Predicate<Connection> hoped) {
        List<NodeWiring> nodes = OfflineCluster.wiring(intent);
        List<LiveSwitch> switches = new ArrayList<>();
        try (Probes probes = new Probes()) {
            for (NodeWiring node : nodes) {
                switches.add(start(node));
            }
            serve(nodes, asked, probes);
            asked.forEach(connection -> probes.begin(connection, source(nodes, connection)));
            Set<Connection> allowed = asked.stream().filter(hoped).collect(HashSet::new, Set::add, Set::addAll);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (System.nanoTime() < deadline
                    && !(probes.done().containsAll(allowed)
                            && denials(switches) >= asked.size() - probes.done().size())) {
                probes.poll();
            }
            Map<Connection, Boolean> result = new LinkedHashMap<>();
            asked.forEach(connection -> result.put(connection, probes.done().contains(connection)));
            return result;
        } finally {
            switches.forEach(LiveSwitch::close);
        }
    }

    private static long denials(List<LiveSwitch> switches) {
        AtomicLong denials = new AtomicLong();
        for (LiveSwitch vswitch : switches) {
            vswitch.await(() -> denials.addAndGet(vswitch.counters().drops(DropReason.ACL_DENY)));
        }
        return denials.get();
    }

    private LiveSwitch start(NodeWiring node) {
        LiveSwitch vswitch = LiveSwitch.start(SwitchLimits.DEFAULT, 0);
        vswitch.apply(node.config());
        Map<IpAddress, Integer> ports = node.ports();
        node.devices().forEach((index, wiring) -> {
            List<IpAddress> own = ports.entrySet().stream()
                    .filter(entry ->
                            entry.getValue().equals(index) && entry.getKey().isIpv4())
                    .map(Map.Entry::getKey)
                    .toList();
            vswitch.attach(index, place(node, index, wiring, own).tap());
        });
        vswitch.attach(
                node.uplink(),
                place(node, node.uplink(), node.world(), List.of()).tap());
        vswitch.attach(node.overlay(), overlays.computeIfAbsent(node.name(), name -> overlay()));
        return vswitch;
    }

    private Tap overlay() {
        String device = "overlay" + overlays.size();
        Tap tap = Tap.create(bridge, TapOptions.named(device));
        ip("link", "set", device, "master", "br0", "up");
        return tap;
    }

    private static String key(NodeWiring node, int index) {
        return index == NodePlanner.HOST_INTERFACE
                ? node.name() + " host"
                : index == node.uplink()
                        ? node.name() + " world"
                        : String.valueOf(node.devices().get(index));
    }

    private Place place(NodeWiring node, int index, DeviceWiring wiring, List<IpAddress> own) {
        Place present = places.get(key(node, index));
        if (present != null && !present.wiring().equals(wiring)) {
            remove(present);
            present = null;
        }
        Place place = present == null ? make(wiring) : present;
        places.put(key(node, index), place);
        own.forEach(address -> haveAddress(place, address));
        return place;
    }

    private Place make(DeviceWiring wiring) {
        String name = prefix + "-" + ++namespaces;
        NetworkNamespace namespace = NetworkNamespace.create(name);
        Tap tap = Tap.create(namespace, TapOptions.named(wiring.device()));
        DeviceSetup.apply(namespace, tap, wiring);
        return new Place(namespace, name, tap, wiring);
    }

    private static void haveAddress(Place place, IpAddress address) {
        DeviceSetup.haveAddress(place.namespace(), place.tap(), address);
    }

    private void serve(List<NodeWiring> nodes, Set<Connection> asked, Probes probes) {
        for (Connection connection : asked) {
            for (Place place : destinations(nodes, connection)) {
                haveAddress(place, connection.destination());
                probes.serve(place.namespace(), connection.destination(), connection.protocol(), connection.port());
            }
        }
    }

    /** Where an address is; one of the world is behind the uplink of every node. */
    private List<Place> destinations(List<NodeWiring> nodes, Connection connection) {
        for (NodeWiring node : nodes) {
            Integer port = node.ports().get(connection.destination());
            if (port != null) {
                return List.of(places.get(key(node, port)));
            }
        }
        return nodes.stream().map(node -> places.get(key(node, node.uplink()))).toList();
    }

    /** The namespace that a connection begins in; from the world it comes in at its destination's node. */
    private NetworkNamespace source(List<NodeWiring> nodes, Connection connection) {
        for (NodeWiring node : nodes) {
            Integer port = node.ports().get(connection.source());
            if (port != null) {
                return at(key(node, port)).namespace();
            }
        }
        for (NodeWiring node : nodes) {
            if (node.ports().containsKey(connection.destination())) {
                Place world = at(key(node, node.uplink()));
                haveAddress(world, connection.source());
                return world.namespace();
            }
        }
        throw new IllegalArgumentException(connection + " has nothing to do with the cluster");
    }

    private Place at(String key) {
        return Objects.requireNonNull(places.get(key), key);
    }

    private static void remove(Place place) {
        place.tap().close();
        place.namespace().close();
        NetworkNamespace.delete(place.name());
    }

    @Override
    public void close() {
        places.values().forEach(RealCluster::remove);
        overlays.values().forEach(Tap::close);
        bridge.close();
        NetworkNamespace.delete(prefix + "-bridge");
    }
}
