// SPDX-License-Identifier: Apache-2.0
package io.tapline.dataplane;

import io.tapline.dataplane.config.NatBackend;
import io.tapline.dataplane.config.NatMapping;
import io.tapline.dataplane.table.NatCounts;
import io.tapline.dataplane.table.NatCounts.Count;
import io.tapline.dataplane.table.NatTable;
import io.tapline.dataplane.table.NatTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * What a mapping and its backends have served. A backend's counts go on through changes of the configuration for as
 * long as the mapping has it; a mapping's are the sum of those of its present backends.
 */
public record NatMappingUse(NatMapping mapping, List<BackendUse> backends) {
    /** What one backend of a mapping has served. */
    public record BackendUse(NatBackend backend, Count count) {}

    /** Copies the list. */
    public NatMappingUse {
        backends = List.copyOf(backends);
    }

    /** What all present backends have served. */
    public Count count() {
        return backends.stream().map(BackendUse::count).reduce(Count.NONE, Count::plus);
    }

    /** All mappings of a configuration, in its order. Any thread. */
    static List<NatMappingUse> of(Generation generation, NatCounts counts) {
        List<NatMapping> mappings = generation.config().nat().mappings();
        List<NatMappingUse> uses = new ArrayList<>(mappings.size());
        for (NatMapping mapping : mappings) {
            NatTarget target = generation.nat().find(mapping);
            if (target != null) {
                uses.add(of(mapping, target, generation.nat(), counts));
            }
        }
        return uses;
    }

    private static NatMappingUse of(NatMapping mapping, NatTarget target, NatTable nat, NatCounts counts) {
        List<BackendUse> backends = new ArrayList<>(target.backends());
        for (int i = 0; i < target.backends(); i++) {
            int slot = target.slot(i);
            Count count = counts.of(slot, nat.slotWord(slot));
            backends.add(new BackendUse(mapping.backends().get(i), count));
        }
        return new NatMappingUse(mapping, backends);
    }
}
