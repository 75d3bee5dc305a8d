// SPDX-License-Identifier: Apache-2.0
package io.tapline.agent.view;

import io.tapline.dataplane.Counters;
import io.tapline.dataplane.DropReason;
import io.tapline.dataplane.config.SwitchConfig;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Packets that were dropped, by reason and by the interface that they came in by.
 *
 * @param reason the reason's key
 * @param because the reason in words
 * @param interfaceName the interface
 * @param owner who sits at its other end
 * @param packets how many
 */
public record DropRow(String reason, String because, String interfaceName, String owner, long packets) {
    /** All that occurred, most first. */
    static List<DropRow> of(SwitchConfig config, Counters counters) {
        return config.interfaces().stream()
                .flatMap(iface -> Stream.of(DropReason.values())
                        .map(reason -> new DropRow(
                                reason.key(),
                                reason.text(),
                                iface.name(),
                                iface.owner(),
                                counters.portDrops(iface.index(), reason))))
                .filter(row -> row.packets() > 0)
                .sorted(Comparator.comparingLong(DropRow::packets).reversed())
                .toList();
    }
}
