// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.model.Intent;
import io.tapline.model.IntentChange;
import io.tapline.model.IntentObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
