// SPDX-License-Identifier: Apache-2.0
package io.tapline.control.policy;

import io.tapline.dataplane.config.AclConfig;
import java.util.BitSet;
import java.util.Comparator;
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
    private Map<ListKey, Numbered> last = Map.of();
    private final BitSet taken = new BitSet();

    private record Numbered(PolicyList list, AclConfig config) {}

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
        Map<ListKey, Numbered> now = HashMap.newHashMap(plan.lists().size());
        plan.lists().forEach((key, list) -> now.put(key, numbered(list)));
        last = now;
        return now.values().stream()
                .map(Numbered::config)
                .sorted(Comparator.comparingInt(AclConfig::index))
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

    /** A list that has not changed keeps its configuration, so that it is cheap to see that it has not. */
    @SuppressWarnings("ReferenceEquality")
    private Numbered numbered(PolicyList list) {
        Numbered before = last.get(list.key());
        if (before != null && before.list() == list) {
            return before;
        }
        int number = of(List.of(list.key())).getFirst();
        return new Numbered(list, new AclConfig(number, list.key().text(), list.rules(), list.onChange()));
    }

    private Integer allocate(ListKey key) {
        int number = taken.nextClearBit(first);
        taken.set(number);
        return number;
    }
}
