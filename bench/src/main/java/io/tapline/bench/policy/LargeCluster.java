// SPDX-License-Identifier: Apache-2.0
package io.tapline.bench.policy;

import io.tapline.model.Direction;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.Kind;
import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.Node;
import io.tapline.model.ObjectRef;
import io.tapline.model.Pod;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Protocol;
import io.tapline.wire.IpAddress;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A cluster of 10,000 pods and 10,000 policies. A hundred namespaces in five environments hold ten applications each.
 * Policies say who may reach an application or whom it may reach: mostly another application of the namespace,
 * sometimes blocks with holes, an application of any namespace (1,000 pods) or a whole environment (2,000 pods); by
 * number, by range or by name. A pod is selected by some nineteen of them.
 */
final class LargeCluster {
    static final String NODE = "node-0";

    private static final int NODES = 100;
    private static final int NAMESPACES = 100;
    private static final int PODS = 10_000;
    private static final int LOCAL_PODS = 110;
    private static final int POLICIES = 10_000;
    private static final int APPS = 10;
    private static final int ENVIRONMENTS = 5;

    private final SplittableRandom random;

    LargeCluster(long seed) {
        random = new SplittableRandom(seed);
    }

    List<IntentObject> objects() {
        List<IntentObject> objects = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            objects.add(new Node("node-" + i, Map.of(), List.of(IpAddress.ofIpv4(0xc0a8_1000 + i + 1)), List.of()));
        }
        for (int i = 0; i < NAMESPACES; i++) {
            objects.add(namespace(i, i % ENVIRONMENTS));
        }
        for (int i = 0; i < PODS; i++) {
            objects.add(pod(i, i % APPS));
        }
        for (int i = 0; i < POLICIES; i++) {
            objects.add(policy(i));
        }
        return objects;
    }

    /** A pod anywhere comes. */
    IntentChange podComes(int round) {
        return new IntentChange.Put(pod(PODS + round, random.nextInt(APPS)));
    }

    /** The pod that came in that round goes. */
    IntentChange podGoes(int round) {
        return new IntentChange.Remove(
                new ObjectRef(Kind.POD, "ns-" + (PODS + round) % NAMESPACES, "pod-" + (PODS + round)));
    }

    /** A pod becomes one of another application; one in five rounds a pod of the node. */
    IntentChange labelChanges(int round) {
        int pod = round % 5 == 0 ? random.nextInt(LOCAL_PODS) : random.nextInt(PODS);
        return new IntentChange.Put(pod(pod, random.nextInt(APPS)));
    }

    /** A policy says something else. */
    IntentChange policyChanges() {
        return new IntentChange.Put(policy(random.nextInt(POLICIES)));
    }

    /** A namespace moves to another environment. */
    IntentChange namespaceMoves(int round) {
        return new IntentChange.Put(namespace(random.nextInt(NAMESPACES), round % ENVIRONMENTS));
    }

    private static Namespace namespace(int number, int environment) {
        return new Namespace("ns-" + number, Map.of("env", "env-" + environment), Map.of());
    }

    private static Pod pod(int number, int app) {
        boolean local = number < LOCAL_PODS;
        int node = local ? 0 : 1 + number % (NODES - 1);
        int host = local ? number + 2 : number / (NODES - 1) + 2;
        return new Pod(
                "ns-" + number % NAMESPACES,
                "pod-" + number,
                Map.of("app", "app-" + app, "pod-template-hash", "h" + number % 97, "tier", "t" + app % 3),
                Map.of(),
                "node-" + node,
                List.of(IpAddress.ofIpv4(0x0a01_0000 + (node << 8) + host)),
                false,
                List.of(ContainerPort.of("http", Protocol.TCP, 8000 + app)),
                Pod.Phase.RUNNING);
    }

    /**
     * Of a namespace's hundred policies one isolates all pods, nine allow something for all, ninety are for one
     * application.
     */
    private NetworkPolicy policy(int number) {
        int slot = number / NAMESPACES;
        LabelSelector subject = slot < APPS ? LabelSelector.EVERYTHING : app(slot % APPS);
        boolean egress = slot % 3 == 2;
        List<NetworkPolicy.Rule> rules =
                slot == 0 ? List.of() : List.of(new NetworkPolicy.Rule(List.of(peer()), List.of(port())));
        return new NetworkPolicy(
                "ns-" + number % NAMESPACES,
                "policy-" + slot,
                Map.of(),
                subject,
                Set.of(egress ? Direction.EGRESS : Direction.INGRESS),
                egress ? List.of() : rules,
                egress ? rules : List.of());
    }

    private NetworkPolicy.Peer peer() {
        int kind = random.nextInt(1000);
        if (kind < 2) {
            LabelSelector environment = LabelSelector.of(Map.of("env", "env-" + random.nextInt(ENVIRONMENTS)));
            return new NetworkPolicy.PodPeer(Optional.of(environment), LabelSelector.EVERYTHING);
        }
        if (kind < 12) {
            return new NetworkPolicy.PodPeer(Optional.of(LabelSelector.EVERYTHING), app(random.nextInt(APPS)));
        }
        if (kind < 110) {
            IpPrefix hole = new IpPrefix(IpAddress.ofIpv4(0x0a00_0000 + random.nextInt(1 << 24)), 28);
            return new NetworkPolicy.IpBlock(IpPrefix.parse("10.0.0.0/8"), List.of(hole.network()));
        }
        return new NetworkPolicy.PodPeer(Optional.empty(), app(random.nextInt(APPS)));
    }

    private NetworkPolicy.PolicyPort port() {
        NetworkPolicy.PortMatch match = switch (random.nextInt(4)) {
            case 0 -> new NetworkPolicy.NamedPort("http");
            case 1 -> new NetworkPolicy.PortNumbers(30_000, 32_767);
            default -> new NetworkPolicy.PortNumbers(8000 + random.nextInt(APPS), 8000 + APPS);
        };
        return new NetworkPolicy.PolicyPort(Protocol.TCP, match);
    }

    private static LabelSelector app(int number) {
        return LabelSelector.of(Map.of("app", "app-" + number));
    }
}
