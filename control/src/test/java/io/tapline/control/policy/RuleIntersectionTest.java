// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapline.dataplane.config.AclAction;
import io.tapline.dataplane.config.AclRule;
import io.tapline.dataplane.config.PortRange;
import io.tapline.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleIntersectionTest {
    @Test
    void cutsRulesDownToTheRegion() {
        RuleIntersection rules = new RuleIntersection(
                List.of(rule("10.1.0.0/16", 80, 100), rule("10.1.1.4/32", 85, 200), rule("10.2.0.0/16", 1, 65535)));
        List<AclRule> within = new ArrayList<>();
        rules.within(rule("10.1.1.0/24", 90, 95), within);
        assertThat(within).containsExactly(rule("10.1.1.0/24", 90, 95), rule("10.1.1.4/32", 90, 95));
    }

    @Test
    void countsARuleOfTheRegionsOwnBlockOnce() {
        RuleIntersection rules = new RuleIntersection(List.of(rule("10.1.1.0/24", 80, 100)));
        List<AclRule> within = new ArrayList<>();
        rules.within(rule("10.1.1.0/24", 90, 95), within);
        assertThat(within).containsExactly(rule("10.1.1.0/24", 90, 95));
    }

    private static AclRule rule(String source, int first, int last) {
        return AclRule.toPorts(
                AclAction.PERMIT, IpPrefix.parse(source), IpPrefix.ANY_IPV4, 6, new PortRange(first, last));
    }
}
