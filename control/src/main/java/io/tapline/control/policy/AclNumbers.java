// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.dataplane.config.AclConfig;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives access lists their numbers. A list keeps its number as long as it is in every plan, so that its counters go on
 * and its sessions stay valid; numbers of lists that are gone are used again. That is why numbers are not part of the
 * plan, which must not depend on history.
 *
 * <p>Threading: one thread.
 */
public final class AclNumbers {
    private final int first;
    private final Map<ListKey, Integer> numbers = new HashMap<>();
    private final BitSet taken = new BitSet();

    /** Numbers from {@code first} on; those before are left to others. */
    public AclNumbers(int first) {
        this.first = first;
    }

    /** Lists of a plan with their numbers, ordered by number. */
    public List<AclConfig> number(PolicyPlan plan) {
        numbers.entrySet().removeIf(entry -> {
            boolean gone = !plan.lists().containsKey(entry.getKey());
            if (gone) {
                taken.clear(entry.getValue());
            }
            return gone;
        });
        plan.lists().keySet().forEach(key -> numbers.computeIfAbsent(key, this::allocate));
        return plan.lists().values().stream()
                .map(this::config)
                .sorted(java.util.Comparator.comparingInt(AclConfig::index))
                .toList();
    }

    /** The numbers of lists, in their order. All must be in the plan that was numbered last. */
    public List<Integer> of(List<ListKey> keys) {
        return keys.stream()
                .map(key -> {
                    Integer number = numbers.get(key);
                    if (number == null) {
                        throw new IllegalArgumentException("list '" + key.text() + "' is not in the plan");
                    }
                    return number;
                })
                .toList();
    }

    private AclConfig config(PolicyList list) {
        return new AclConfig(of(List.of(list.key())).getFirst(), list.key().text(), list.rules(), list.onChange());
    }

    private Integer allocate(ListKey key) {
        int number = taken.nextClearBit(first);
        taken.set(number);
        return number;
    }
}
