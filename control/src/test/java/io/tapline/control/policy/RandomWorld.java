// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.Direction;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.LabelSelector;
import io.tapline.model.LabelSelector.Operator;
import io.tapline.model.LabelSelector.Requirement;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.Node;
import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Pod.Phase;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Small random clusters in which everything happens: few labels, few addresses and few ports, so that selectors,
 * blocks, names and claims meet often.
 */
final class RandomWorld {
    static final List<String> NODES = List.of("n1", "n2");
    static final List<Integer> PORTS = List.of(0, 79, 80, 81, 443, 8080, 65535);

    private static final List<String> NAMESPACES = List.of("x", "y", "z");
    private static final List<String> KEYS = List.of("app", "tier");
    private static final List<String> VALUES = List.of("a", "b", "");
    private static final List<String> PORT_NAMES = List.of("http", "dns");
    private static final int PODS = 9;
    private static final int POLICIES = 6;
    private static final int CLUSTER_POLICIES = 3;

    private final SplittableRandom random;
    private final boolean clusterPolicies;

    RandomWorld(long seed, boolean clusterPolicies) {
        random = new SplittableRandom(seed);
        this.clusterPolicies = clusterPolicies;
    }

    /** Policies on hosts of every kind, and none. */
    static Optional<HostPolicies> hosts(long seed) {
        return switch ((int) (seed % 3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(HostPolicies.in("x"));
            default -> Optional.of(new HostPolicies("y", false));
        };
    }

    Intent world() {
        Intent intent = Intent.EMPTY;
        int events = 15 + random.nextInt(25);
        for (String node : NODES) {
            intent = intent.with(new IntentChange.Put(node(node)));
        }
        for (int i = 0; i < events; i++) {
            intent = intent.with(new IntentChange.Put(object()));
        }
        return intent;
    }

    /** Any change of any world, be it sensible or not. */
    IntentChange change() {
        IntentObject object = object();
        return oneIn(4) ? new IntentChange.Remove(object.ref()) : new IntentChange.Put(object);
    }

    private IntentObject object() {
        int kind = random.nextInt(20);
        if (kind < 1) {
            return node(pick(NODES));
        }
        if (kind < 4) {
            return namespace(pick(NAMESPACES));
        }
        if (kind < 11) {
            return pod();
        }
        return kind < 17 || !clusterPolicies ? networkPolicy() : clusterPolicy();
    }

    private Node node(String name) {
        int number = NODES.indexOf(name) + 1;
        List<IpAddress> addresses = new ArrayList<>(List.of(IpAddress.parse("192.168.16." + number)));
        if (oneIn(2)) {
            addresses.add(IpAddress.parse("fd00:16::" + number));
        }
        return new Node(name, labels(), addresses, List.of());
    }

    private Namespace namespace(String name) {
        return new Namespace(name, labels(), oneIn(5) ? Map.of(PolicyAnnotations.DENIED, "reject") : Map.of());
    }

    private Pod pod() {
        int number = random.nextInt(PODS);
        boolean host = oneIn(6);
        String node = oneIn(12) ? "" : pick(NODES);
        List<IpAddress> addresses = new ArrayList<>();
        if (host) {
            addresses.add(IpAddress.parse("192.168.16." + (NODES.indexOf(node) + 1)));
        } else if (!oneIn(10)) {
            // Often its own address, sometimes that of another pod.
            int last = oneIn(6) ? random.nextInt(PODS) : number;
            addresses.add(IpAddress.parse("10.1.1." + last));
            if (oneIn(2)) {
                addresses.add(IpAddress.parse("fd00:1::" + last));
            }
        }
        Phase phase = oneIn(8) ? Phase.SUCCEEDED : oneIn(12) ? Phase.FAILED : Phase.RUNNING;
        return new Pod(
                NAMESPACES.get(number % NAMESPACES.size()),
                "p" + number,
                // Often the same labels, so that a change is one of something else.
                oneIn(3) ? labels() : Map.of("app", VALUES.get(number % 3)),
                Map.of(),
                node,
                addresses,
                host,
                some(2, this::containerPort),
                phase);
    }

    private ContainerPort containerPort() {
        String name = oneIn(4) ? "" : pick(PORT_NAMES);
        return ContainerPort.of(name, pick(List.of(Protocol.values())), pick(PORTS.subList(1, PORTS.size())));
    }

    private NetworkPolicy networkPolicy() {
        Set<Direction> types = EnumSet.noneOf(Direction.class);
        if (!oneIn(3)) {
            types.add(Direction.INGRESS);
        }
        if (!oneIn(3)) {
            types.add(Direction.EGRESS);
        }
        Map<String, String> annotations =
                oneIn(4) ? Map.of(PolicyAnnotations.ON_CHANGE, pick(List.of("keep", "drain 7s", "x"))) : Map.of();
        return new NetworkPolicy(
                pick(NAMESPACES),
                "np" + random.nextInt(POLICIES),
                annotations,
                selector(),
                types,
                some(3, this::rule),
                some(3, this::rule));
    }

    private NetworkPolicy.Rule rule() {
        return new NetworkPolicy.Rule(some(3, this::peer), some(3, () -> port(true)));
    }

    private NetworkPolicy.Peer peer() {
        if (oneIn(3)) {
            IpPrefix block = block();
            return new NetworkPolicy.IpBlock(block, some(3, () -> inside(block)));
        }
        return new NetworkPolicy.PodPeer(oneIn(2) ? Optional.empty() : Optional.of(selector()), selector());
    }

    private PolicyPort port(boolean names) {
        Protocol protocol = pick(List.of(Protocol.values()));
        if (names && oneIn(3)) {
            return new PolicyPort(protocol, new NetworkPolicy.NamedPort(pick(PORT_NAMES)));
        }
        if (oneIn(4)) {
            return new PolicyPort(protocol, new NetworkPolicy.AnyPort());
        }
        int first = pick(PORTS.subList(1, PORTS.size()));
        int last = oneIn(2) ? first : Math.max(first, pick(PORTS));
        return new PolicyPort(protocol, new NetworkPolicy.PortNumbers(first, last));
    }

    private ClusterNetworkPolicy clusterPolicy() {
        return new ClusterNetworkPolicy(
                "cnp" + random.nextInt(CLUSTER_POLICIES),
                pick(List.of(ClusterNetworkPolicy.Tier.values())),
                random.nextInt(3),
                new ClusterNetworkPolicy.Subject(selector(), oneIn(2) ? Optional.empty() : Optional.of(selector())),
                some(4, () -> clusterRule(Direction.INGRESS)),
                some(4, () -> clusterRule(Direction.EGRESS)));
    }

    private ClusterNetworkPolicy.Rule clusterRule(Direction direction) {
        List<ClusterNetworkPolicy.Peer> peers = new ArrayList<>(some(2, () -> clusterPeer(direction)));
        peers.add(clusterPeer(direction));
        return new ClusterNetworkPolicy.Rule(
                "", pick(List.of(ClusterNetworkPolicy.Action.values())), peers, some(3, () -> port(true)));
    }

    private ClusterNetworkPolicy.Peer clusterPeer(Direction direction) {
        if (direction == Direction.EGRESS && oneIn(3)) {
            return oneIn(3)
                    ? new ClusterNetworkPolicy.Nodes(selector())
                    : new ClusterNetworkPolicy.Networks(some(3, this::block));
        }
        return oneIn(8)
                ? new ClusterNetworkPolicy.UnknownPeer("domainNames")
                : new ClusterNetworkPolicy.PodPeer(selector(), oneIn(2) ? Optional.empty() : Optional.of(selector()));
    }

    private IpPrefix block() {
        return IpPrefix.parse(pick(List.of(
                "0.0.0.0/0",
                "10.1.1.0/28",
                "10.1.1.4/30",
                "10.1.1.3/32",
                "10.1.1.7/29",
                "192.168.16.0/24",
                "203.0.113.0/24",
                "::/0",
                "fd00:1::/64",
                "fd00:1::4/126")));
    }

    private IpPrefix inside(IpPrefix block) {
        int bits = block.isIpv4() ? 32 : 128;
        int length = Math.max(block.length(), bits - random.nextInt(5));
        IpAddress base = block.network().address();
        IpAddress low = new IpAddress(base.high(), base.low() | random.nextInt(10));
        boolean held = block.contains(low);
        return new IpPrefix(held ? low : base, length);
    }

    private LabelSelector selector() {
        Map<String, String> labels = oneIn(2) ? Map.of() : Map.of(pick(KEYS), pick(VALUES));
        return new LabelSelector(new TreeMap<>(labels), oneIn(2) ? List.of() : some(2, this::requirement));
    }

    private Requirement requirement() {
        Operator operator = pick(List.of(Operator.values()));
        boolean valued = operator == Operator.IN || operator == Operator.NOT_IN;
        return new Requirement(pick(KEYS), operator, valued ? Set.copyOf(List.of(pick(VALUES))) : Set.of());
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        for (String key : KEYS) {
            if (!oneIn(3)) {
                labels.put(key, pick(VALUES));
            }
        }
        return labels;
    }

    private <T> List<T> some(int most, Supplier<T> supplier) {
        List<T> result = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            result.add(supplier.get());
        }
        return result;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
