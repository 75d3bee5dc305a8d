// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static io.tapline.control.policy.Pods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.ClusterNetworkPolicy;
import io.tapline.model.ClusterNetworkPolicy.Action;
import io.tapline.model.Direction;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import io.tapline.model.LabelSelector;
import io.tapline.model.Namespace;
import io.tapline.model.NetworkPolicy;
import io.tapline.model.NetworkPolicy.NamedPort;
import io.tapline.model.NetworkPolicy.PolicyPort;
import io.tapline.model.NetworkPolicy.Rule;
import io.tapline.model.Pod.ContainerPort;
import io.tapline.model.Protocol;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IncrementalPolicyPlannerTest {
    private static final long FIRST_SEED = 1;
    private static final int WORLDS = 15;
    private static final int EVENTS = 80;

    @Test
    void equalsThePurePlanAfterEveryChange() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            follow(seed);
        }
    }

    @Test
    void doesNotDependOnTheOrderOfArrival() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            Intent intent = new RandomWorld(seed, true).world();
            PolicySettings settings = PlanOracle.settings("n1", RandomWorld.hosts(seed));
            PolicyPlan expected = PolicyPlanner.plan(intent, settings);
            List<IntentObject> objects = new ArrayList<>(intent.objects());
            for (int order = 0; order < 3; order++) {
                Collections.shuffle(objects, new Random(seed * 31 + order));
                IncrementalPolicyPlanner planner = new IncrementalPolicyPlanner(settings);
                objects.forEach(object -> planner.apply(new IntentChange.Put(object)));
                assertThat(planner.plan()).as("seed %d order %d", seed, order).isEqualTo(expected);
                assertThat(planner.plan()).hasToString(expected.toString());
            }
        }
    }

    @Test
    void givesTheSamePlanWhenNothingInItChanged() {
        RandomWorld random = new RandomWorld(5, true);
        Intent intent = random.world();
        IncrementalPolicyPlanner planner =
                new IncrementalPolicyPlanner(PlanOracle.settings("n1", RandomWorld.hosts(1)));
        intent.objects().forEach(object -> planner.apply(new IntentChange.Put(object)));
        PolicyPlan before = planner.plan();
        intent.objects().forEach(object -> planner.apply(new IntentChange.Put(object)));
        assertThat(planner.plan()).isSameAs(before);
    }

    @Test
    void selectsAPodAnewWhoseLabelsChange() {
        NetworkPolicy policy = new NetworkPolicy(
                "x",
                "deny",
                Map.of(),
                LabelSelector.of(Map.of("app", "server")),
                Set.of(Direction.INGRESS),
                List.of(),
                List.of());
        followsInItsPlan(List.of(policy, pod("a", "client", "10.1.1.2")), pod("a", "server", "10.1.1.2"));
    }

    @Test
    void knowsThePortsOfAPodThatChange() {
        Rule rule = new Rule(List.of(), List.of(new PolicyPort(Protocol.TCP, new NamedPort("web"))));
        NetworkPolicy policy = new NetworkPolicy(
                "x", "web", Map.of(), LabelSelector.EVERYTHING, Set.of(Direction.INGRESS), List.of(rule), List.of());
        followsInItsPlan(
                List.of(policy, pod("a", "server", "10.1.1.2", ContainerPort.of("web", Protocol.TCP, 80))),
                pod("a", "server", "10.1.1.2", ContainerPort.of("web", Protocol.TCP, 8080)));
    }

    @Test
    void rendersAClusterPolicyAnewThatChanges() {
        followsInItsPlan(
                List.of(new Namespace("x", Map.of(), Map.of()), pod("a", "server", "10.1.1.2"), cluster(Action.ACCEPT)),
                cluster(Action.DENY));
    }

    private static ClusterNetworkPolicy cluster(Action action) {
        List<ClusterNetworkPolicy.Peer> peers =
                List.of(new ClusterNetworkPolicy.Networks(List.of(IpPrefix.parse("9.0.0.0/8"))));
        return new ClusterNetworkPolicy(
                "nine",
                ClusterNetworkPolicy.Tier.ADMIN,
                1,
                new ClusterNetworkPolicy.Subject(LabelSelector.EVERYTHING, Optional.empty()),
                List.of(),
                List.of(new ClusterNetworkPolicy.Rule("", action, peers, List.of())));
    }

    /** A change that must show in the plan, and as it would in one that is made from nothing. */
    private static void followsInItsPlan(List<IntentObject> objects, IntentObject changed) {
        PolicySettings settings = PlanOracle.settings("n1");
        IncrementalPolicyPlanner planner = new IncrementalPolicyPlanner(settings);
        objects.forEach(object -> planner.apply(new IntentChange.Put(object)));
        PolicyPlan before = planner.plan();
        IntentChange change = new IntentChange.Put(changed);
        planner.apply(change);
        assertThat(planner.plan())
                .isNotEqualTo(before)
                .isEqualTo(PolicyPlanner.plan(Intent.of(objects).with(change), settings));
    }

    private static void follow(long seed) {
        RandomWorld random = new RandomWorld(seed, true);
        PolicySettings settings = PlanOracle.settings("n1", RandomWorld.hosts(seed));
        IncrementalPolicyPlanner planner = new IncrementalPolicyPlanner(settings);
        Intent intent = Intent.EMPTY;
        for (int event = 0; event < EVENTS; event++) {
            IntentChange change = random.change();
            planner.apply(change);
            intent = intent.with(change);
            assertThat(planner.plan())
                    .as("seed %d event %d: %s", seed, event, change)
                    .isEqualTo(PolicyPlanner.plan(intent, settings));
        }
    }
}
