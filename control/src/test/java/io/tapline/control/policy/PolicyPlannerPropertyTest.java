// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.Origin;
import io.tapline.model.HostPolicies;
import io.tapline.model.Intent;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyPlannerPropertyTest {
    private static final long FIRST_SEED = 1;
    private static final int WORLDS = 40;

    @Test
    void rendersWhatNetworkPoliciesSay() {
        assertThat(compare(false)).isGreaterThan(50_000);
    }

    @Test
    void rendersWhatClusterPoliciesSay() {
        assertThat(compare(true)).isGreaterThan(50_000);
    }

    @Test
    void namesTheOriginOfEveryRule() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            PolicyPlan plan = PolicyPlanner.plan(
                    new RandomWorld(seed, true).world(), PlanOracle.settings("n1", RandomWorld.hosts(seed)));
            for (PolicyList list : plan.lists().values()) {
                assertThat(list.rules()).extracting(AclRule::origin).doesNotContain(Origin.NONE);
            }
        }
    }

    private static long compare(boolean clusterPolicies) {
        long compared = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            Intent intent = new RandomWorld(seed, clusterPolicies).world();
            Optional<HostPolicies> hosts = RandomWorld.hosts(seed);
            compared += new PlanOracle(intent, hosts)
                    .check("seed " + seed, node -> PolicyPlanner.plan(intent, PlanOracle.settings(node, hosts)));
        }
        return compared;
    }
}
