// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapline.dataplane.config.AclConfig;
import io.tapline.dataplane.config.OnChange;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AclNumbersTest {
    private final AclNumbers numbers = new AclNumbers(5);

    @Test
    void usesTheNumbersOfListsAgainThatAreGone() {
        numbers.number(plan(list(ListKey.REFLECTION), list(ListKey.OUTSIDE)));
        numbers.number(plan(list(ListKey.OUTSIDE)));
        numbers.number(plan(list(ListKey.OUTSIDE), list(ListKey.OUTSIDE_REFLECTION)));
        assertThat(numbers.of(List.of(ListKey.OUTSIDE, ListKey.OUTSIDE_REFLECTION)))
                .containsExactly(6, 5);
    }

    @Test
    void knowsNoNumberOfAListThatIsGone() {
        numbers.number(plan(list(ListKey.REFLECTION)));
        numbers.number(plan());
        assertThatThrownBy(() -> numbers.of(List.of(ListKey.REFLECTION)))
                .hasMessage("list 'reflection' is not in the plan");
    }

    @Test
    void keepsTheConfigurationOfAListThatHasNotChanged() {
        PolicyList stays = list(ListKey.REFLECTION);
        AclConfig before = numbers.number(plan(stays)).getFirst();
        assertThat(numbers.number(plan(stays, list(ListKey.OUTSIDE))).getFirst())
                .isSameAs(before);
        PolicyList changed = new PolicyList(ListKey.REFLECTION, List.of(), OnChange.RE_EVALUATE);
        assertThat(numbers.number(plan(changed)))
                .containsExactly(new AclConfig(5, "reflection", List.of(), OnChange.RE_EVALUATE));
    }

    private static PolicyList list(ListKey key) {
        return new PolicyList(key, List.of(), OnChange.KEEP);
    }

    private static PolicyPlan plan(PolicyList... lists) {
        TreeMap<ListKey, PolicyList> byKey = new TreeMap<>();
        for (PolicyList list : lists) {
            byKey.put(list.key(), list);
        }
        return new PolicyPlan(byKey, new TreeMap<>(), Attachment.NONE, Attachment.NONE);
    }
}
