// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Worlds that change at random, for as long as one likes: after each change the incremental plan of every node equals
 * the pure one, and its compiled lists say what the reference evaluator says.
 *
 * <p>{@code ./test -pl control -am -Dtests.slow -Dtest=PolicyLongRunTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dtests.minutes=60 -Dtests.seed=1}
 */
@Tag("slow")
class PolicyLongRunTest {
    private static final int EVENTS = 60;
    private static final int EVENTS_PER_COMPARISON = 5;

    @Test
    @SuppressWarnings("SystemOut") // The seed and the count are the result.
    void agreesWithTheReferenceForAsLongAsItRuns() {
        long end = System.nanoTime() + Long.getLong("tests.minutes", 1) * 60_000_000_000L;
        long first = Long.getLong("tests.seed", 1_000_000L);
        long seed = first;
        long verdicts = 0;
        long plans = 0;
        while (seed == first || System.nanoTime() < end) {
            RandomWorld random = new RandomWorld(seed, seed % 2 == 0);
            Optional<HostPolicies> hosts = RandomWorld.hosts(seed);
            Intent intent = Intent.EMPTY;
            Map<String, IncrementalPolicyPlanner> planners = new TreeMap<>();
            RandomWorld.NODES.forEach(
                    node -> planners.put(node, new IncrementalPolicyPlanner(PlanOracle.settings(node, hosts))));
            for (int event = 1; event <= EVENTS; event++) {
                IntentChange change = random.change();
                intent = intent.with(change);
                planners.values().forEach(planner -> planner.apply(change));
                String what = "seed " + seed + " event " + event;
                for (Map.Entry<String, IncrementalPolicyPlanner> node : planners.entrySet()) {
                    assertThat(node.getValue().plan())
                            .as(what)
                            .isEqualTo(PolicyPlanner.plan(intent, PlanOracle.settings(node.getKey(), hosts)));
                    plans++;
                }
                if (event % EVENTS_PER_COMPARISON == 0) {
                    verdicts += new PlanOracle(intent, hosts)
                            .check(
                                    what,
                                    node -> Objects.requireNonNull(planners.get(node))
                                            .plan());
                }
            }
            seed++;
            if ((seed - first) % 500 == 0) {
                System.out.printf("seeds %d..%d: %d plans, %d verdicts%n", first, seed - 1, plans, verdicts);
            }
        }
        System.out.printf("seeds %d..%d: %d plans, %d verdicts, all agree%n", first, seed - 1, plans, verdicts);
    }
}
